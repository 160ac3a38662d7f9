import { TemplateDate } from "./date.js";

/** What a value prints as: lists one item after the other, objects as JSON, nothing as the empty text. */
export function valueText(value: unknown): string {
  switch (typeof value) {
    case "string":
      return value;
    case "number":
      return Math.abs(value) >= 1e15 && !Number.isInteger(value / 1e15)
        ? String(value).toUpperCase()
        : String(value).replace("e", "E");
    case "object":
      if (value === null) return "";
      if (value instanceof TemplateDate) return value.toString();
      return Array.isArray(value) ? value.map(valueText).join("") : JSON.stringify(value, plain);
    case "undefined":
    case "function":
      return "";
    default:
      return String(value);
  }
}

function plain(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}
