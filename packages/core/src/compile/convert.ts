import { toText } from "@turnpike/expressions";
import { Boxed, NetObject } from "@turnpike/expressions/values";
import type { AttributeSchema, ValueType } from "../policy/define.js";

/** What a value must be: its type and, of attributes, the bounds that the schema sets. */
export type ValueRules = Pick<AttributeSchema, "type" | "values" | "min" | "max" | "check">;

/** A value that fits, or what is wrong with it. */
export type Converted = { readonly value: unknown } | { readonly error: string };

const INTEGER = /^[+-]?\d{1,15}$/;
const NUMBER = /^[+-]?(?:\d{1,15}(?:\.\d{0,15})?|\.\d{1,15})$/;

/** Reads a literal. */
export function convertLiteral(text: string, rules: ValueRules): Converted {
  const converted = byType(text, rules.type, rules.values);
  if ("error" in converted) return converted;
  const problem = outOfRange(converted.value, rules) ?? rules.check?.(converted.value) ?? null;
  return problem === null ? converted : { error: problem };
}

function byType(text: string, type: ValueType, values: readonly string[] | null): Converted {
  const trimmed = text.trim();
  switch (type) {
    case "string":
    case "expression":
    case "object":
      return { value: text };
    case "boolean": {
      const lower = trimmed.toLowerCase();
      if (lower === "true" || lower === "false") return { value: lower === "true" };
      return { error: `"${shorten(trimmed)}" is neither true nor false.` };
    }
    case "integer":
      return INTEGER.test(trimmed) ? { value: Number(trimmed) } : { error: `"${shorten(trimmed)}" is not a whole number.` };
    case "number":
    case "duration-seconds":
      return NUMBER.test(trimmed) ? { value: Number(trimmed) } : { error: `"${shorten(trimmed)}" is not a number.` };
    case "enum":
      if (values === null || values.includes(trimmed)) return { value: trimmed };
      return { error: `"${shorten(trimmed)}" is not one of ${values.join(", ")}.` };
  }
}

function outOfRange(value: unknown, rules: ValueRules): string | null {
  if (typeof value !== "number") return null;
  if (rules.type === "duration-seconds" && value < (rules.min ?? 0)) return `${value} is less than ${rules.min ?? 0}.`;
  if (rules.min !== undefined && value < rules.min) return `${value} is less than ${rules.min}.`;
  if (rules.max !== undefined && value > rules.max) return `${value} is more than ${rules.max}.`;
  return null;
}

/** The function that turns an expression's value (in object form) into what the target takes; it throws a text on what does not fit. */
export function converter(rules: ValueRules): (value: unknown) => unknown {
  switch (rules.type) {
    case "object":
      return (value) => value;
    case "string":
    case "expression":
      return (value) => (typeof value === "string" ? value : toText(value));
    case "boolean":
      return (value) => {
        if (typeof value === "boolean") return value;
        throw new Error(`A value that is true or false was expected, not "${shorten(toText(value))}".`);
      };
    case "enum":
      return (value) => orThrow(convertLiteral(toText(value), rules));
    case "integer":
    case "number":
    case "duration-seconds":
      return (value) => {
        const number = toNumber(value);
        if (number === null) return orThrow(convertLiteral(toText(value), rules));
        if (rules.type === "integer" && !Number.isInteger(number)) throw new Error(`${number} is not a whole number.`);
        const problem = outOfRange(number, rules);
        if (problem !== null) throw new Error(problem);
        return number;
      };
  }
}

function toNumber(value: unknown): number | null {
  if (typeof value === "number") return value;
  if (value instanceof Boxed) return value.type.kind === "enum" || value.type.name === "char" ? null : Number(value.value);
  // Decimals are objects of their own; their text is a number.
  if (value instanceof NetObject && NUMBER.test(toText(value))) return Number(toText(value));
  return null;
}

function orThrow(converted: Converted): unknown {
  if ("error" in converted) throw new Error(converted.error);
  return converted.value;
}

/** For messages: a value may be long. */
export function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
