import type { NetObject } from "@turnpike/expressions/values";

/** The full .NET name of an object's type, without type arguments: `Newtonsoft.Json.Linq.JObject`. */
export function netTypeName(value: NetObject): string {
  return /(?:class|struct|interface|enum)\s+([\w.+]+)/.exec(value.declaration.header)?.[1] ?? "";
}
