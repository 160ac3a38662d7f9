/** Names as they stand in signatures. */
export const LINQ = "Newtonsoft.Json.Linq";
export const TOKEN = `${LINQ}.JToken`;
export const SEQUENCE = "System.Collections.Generic.IEnumerable";
export const SETTINGS = "Newtonsoft.Json.JsonSerializerSettings settings";
