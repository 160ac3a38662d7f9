import { describeValue } from "@turnpike/expressions";
import { Boxed, builtinScope, NetArray, NetObject } from "@turnpike/expressions/values";
import { fixtureValue } from "./fixture-value.js";

/** A .NET value in object form as plain data. What has no plain form becomes its text. */
export function plainValue(value: unknown): unknown {
  if (value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  if (value instanceof Boxed && value.type.kind !== "enum" && value.type.definitionName !== "System.Char")
    return Number(value.value);
  const described = describeValue(value, builtinScope);
  if (value instanceof NetArray) return described.value;
  if (value instanceof NetObject && described.type?.startsWith("Newtonsoft.Json.Linq.")) return parsed(described.value);
  return typeof described.value === "object" ? described.value : (described.text ?? described.value);
}

function parsed(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return text;
  }
}

/**
 * Plain data as a .NET value in object form: text, booleans; whole numbers as Int32 or Int64, others as Double; dates as UTC DateTime;
 * arrays and objects as JArray and JObject. Functions and the like become null.
 */
export function valueFromPlain(value: unknown): unknown {
  switch (typeof value) {
    case "string":
      return value;
    case "boolean":
      return fixtureValue({ type: "bool", value });
    case "bigint":
      return fixtureValue({ type: "long", value: value.toString() });
    case "number":
      return fixtureValue({ type: numberType(value), value });
    case "object":
      if (value instanceof Date) return fixtureValue({ type: "datetime", value: value.toISOString() });
      return fixtureValue({ type: Array.isArray(value) ? "jarray" : "jobject", value });
    default:
      return null;
  }
}

function numberType(value: number): string {
  if (!Number.isSafeInteger(value)) return "double";
  return value === (value | 0) ? "int" : "long";
}
