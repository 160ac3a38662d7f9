import { toText } from "@turnpike/expressions";
import { Boxed, DateTime, Decimal, JArray, JObject, JProperty, JToken, JValue } from "@turnpike/expressions/values";
import { doubleOf, isLong, longOf } from "./numbers.js";
import { Hash } from "./values.js";

/** Deepest nesting of a variable that is looked into. */
const MOST_DEPTH = 256;

/** A variable as templates use it: simple values as they are, JSON tokens by their members, others as their text. */
export function variableValue(value: unknown, depth = 0): unknown {
  if (value === null || value === undefined || depth > MOST_DEPTH) return null;
  if (typeof value !== "object") return value;
  if (value instanceof Boxed) return value.type.kind === "enum" ? toText(value) : value;
  if (value instanceof Decimal || value instanceof DateTime) return value;
  if (value instanceof JToken) return tokenValue(value, depth);
  return toText(value);
}

function tokenValue(token: JToken, depth: number): unknown {
  if (token instanceof JValue) return simpleValue(token, depth);
  if (token instanceof JProperty) return variableValue(token.value, depth + 1);
  if (token instanceof JArray) return Array.from(token, (item) => variableValue(item, depth + 1));
  if (!(token instanceof JObject)) return toText(token);
  const members = new Map<string, unknown>();
  for (const item of token) if (item instanceof JProperty) members.set(item.name, variableValue(item.value, depth + 1));
  return new Hash(members);
}

function simpleValue(token: JValue, depth: number): unknown {
  const { kind, value } = token;
  if (typeof value === "bigint" || typeof value === "number") {
    if (kind === "int") return value;
    return kind === "long" && isLong(BigInt(value)) ? longOf(BigInt(value)) : doubleOf(Number(value));
  }
  return variableValue(value, depth + 1);
}
