import { NetException } from "../../runtime/exceptions.js";

/** The exceptions of Newtonsoft.Json. */
export const jsonError = {
  json: (message: string) => new NetException("Newtonsoft.Json.JsonException", message),
  reader: (message: string) => new NetException("Newtonsoft.Json.JsonReaderException", message),
  serialization: (message: string) => new NetException("Newtonsoft.Json.JsonSerializationException", message),
} as const;
