/** Names as they stand in signatures. */
export const LINQ = "Newtonsoft.Json.Linq";
/** The full name of `JToken`, for signatures. */
export const TOKEN = `${LINQ}.JToken`;
/** The full name of `IEnumerable<T>` without its argument, for signatures. */
export const SEQUENCE = "System.Collections.Generic.IEnumerable";
/** A parameter of serializer settings, for signatures. */
export const SETTINGS = "Newtonsoft.Json.JsonSerializerSettings settings";
