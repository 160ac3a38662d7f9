import { raise } from "../../runtime/exceptions.js";
import { toText } from "../object.js";
import { JArray, JConstructor } from "./array.js";
import type { Meter } from "./meter.js";
import { JObject } from "./object.js";
import type { JToken } from "./token.js";
import { JTokenType, tokenTypeName } from "./token-type.js";
import { JValue } from "./value.js";

/** `token[key]` for a token of any class. */

/** The class of a token: `Newtonsoft.Json.Linq.JValue`. */
export function classOf(token: JToken): string {
  if (token.type === JTokenType.Raw) return "Newtonsoft.Json.Linq.JRaw";
  return `Newtonsoft.Json.Linq.${token.type <= JTokenType.Property ? `J${tokenTypeName(token.type)}` : "JValue"}`;
}

function keyText(key: unknown): string {
  return typeof key === "string" ? `"${key}"` : key === null ? "null" : toText(key);
}

function noAccess(token: JToken): Error {
  return raise.invalidOperation(`Cannot access child value on ${classOf(token)}.`);
}

function badKey(verb: string, what: string, key: unknown, expected: string): Error {
  return raise.argument(`${verb} ${what} values with invalid key value: ${keyText(key)}. ${expected} expected.`);
}

/** `token[key]`; null where an object has no such property. Throws ArgumentException and InvalidOperationException. */
export function childAt(token: JToken, key: unknown): JToken | null {
  if (token instanceof JObject) {
    if (key === null) throw raise.argumentNull("key");
    if (typeof key !== "string") throw badKey("Accessed", "JObject", key, "Object property name");
    return token.get(key);
  }
  if (token instanceof JArray || token instanceof JConstructor) {
    if (key === null) throw raise.argumentNull("key");
    if (typeof key !== "number") throw badKey("Accessed", classOf(token).slice(21), key, "Array position index");
    return token.at(key);
  }
  throw noAccess(token);
}

/** `token[key] = value`. */
export function setChildAt(token: JToken, key: unknown, value: JToken | null, meter: Meter): void {
  if (token instanceof JObject) {
    if (key === null) throw raise.argumentNull("key");
    if (typeof key !== "string") throw badKey("Set", "JObject", key, "Object property name");
    token.put(key, value, meter);
  } else if (token instanceof JArray || token instanceof JConstructor) {
    if (key === null) throw raise.argumentNull("key");
    if (typeof key !== "number") throw badKey("Set", classOf(token).slice(21), key, "Array position index");
    token.at(key);
    token.replaceAt(key, value ?? JValue.ofNull(), meter);
  } else throw raise.invalidOperation(`Cannot set child value on ${classOf(token)}.`);
}
