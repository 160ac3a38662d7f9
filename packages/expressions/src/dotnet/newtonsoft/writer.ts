import { Buffer } from "node:buffer";
import { LimitError } from "../../runtime/exceptions.js";
import { Boxed, type NetArray } from "../../types/values.js";
import { doubleRoundTrip, singleRoundTrip } from "../format/number-text.js";
import { toFormat } from "../format/value.js";
import { toText } from "../object.js";
import { quoteJson } from "./escape.js";
import type { Meter } from "./meter.js";
import { JTokenType } from "./token-type.js";

/** A token as the writer sees it. */
export interface WritableToken {
  /** A value of JTokenType. */
  readonly type: number;
  readonly children: readonly WritableToken[];
}

/** A token that holds a value of .NET, with the kind that says how. */
export interface WritableValue {
  readonly type: number;
  readonly kind: string;
  readonly value: unknown;
}

interface WritableProperty extends WritableToken {
  readonly name: string;
  readonly value: WritableToken | null;
}

const ISO = "yyyy'-'MM'-'dd'T'HH':'mm':'ss.FFFFFFFK";

/** `JsonConvert.ToString(double)` inside a document: at least one decimal, and quotes around what is no number. */
function realText(text: string): string {
  if (/[.eE]/.test(text)) return text;
  return /\d/.test(text) ? `${text}.0` : `"${text}"`;
}

/** A value as JSON. */
export function valueJson(token: WritableValue): string {
  const { kind, value } = token;
  switch (token.type) {
    case JTokenType.Comment:
      return `/*${value === null ? "" : String(value)}*/`;
    case JTokenType.Raw:
      return value === null ? "" : String(value);
    case JTokenType.Undefined:
      return "undefined";
    default:
  }
  switch (kind) {
    case "null":
      return "null";
    case "string":
      return quoteJson(value as string);
    case "bool":
      return value === true ? "true" : "false";
    case "double":
      return realText(doubleRoundTrip(value as number));
    case "float":
      return realText(singleRoundTrip(value as number));
    case "other":
      return otherJson(token.type, value as object);
    default:
      return String(value);
  }
}

function otherJson(type: number, value: object): string {
  if (value instanceof Boxed) return String(value.value);
  switch (type) {
    case JTokenType.Float:
      return realText(toText(value));
    case JTokenType.Date:
      return quoteJson(dateText(value));
    case JTokenType.Bytes:
      return `"${Buffer.from((value as NetArray).items as Uint8Array).toString("base64")}"`;
    case JTokenType.Uri:
      return quoteJson((value as { original?: string }).original ?? toText(value));
    default:
      return quoteJson(toText(value));
  }
}

/** A date as Newtonsoft.Json writes it: ISO 8601, fractions without trailing zeros. */
export function dateText(value: unknown): string {
  return toFormat(value, ISO);
}

/** The most characters of a text that nobody is charged for. */
const UNCHARGED = 64_000_000;

interface Open {
  readonly children: readonly WritableToken[];
  readonly close: string;
  next: number;
}

/**
 * A token as JSON text, compact or indented by two spaces.
 * @param meter charged for the text as it grows; without one it is bounded all the same. Throws LimitError
 */
export function writeJson(root: WritableToken, indented: boolean, meter: Meter): string {
  let text = "";
  let charged = 0;
  const stack: Open[] = [];
  const indents = [""];
  const newLine = (depth: number) => {
    let indent = indents[depth];
    if (indent === undefined) {
      indent = `\n${"  ".repeat(Math.min(depth, 5000))}`;
      indents[depth] = indent;
    }
    text += depth === 0 ? "\n" : indent;
  };
  const write = (token: WritableToken) => {
    let at = token;
    if (at.type === JTokenType.Property) {
      const { name, value } = at as WritableProperty;
      text += quoteJson(name) + (indented ? ": " : ":");
      if (value === null) {
        text += "null";
        return;
      }
      at = value;
    }
    switch (at.type) {
      case JTokenType.Object:
        open(at, "{", "}");
        break;
      case JTokenType.Array:
        open(at, "[", "]");
        break;
      case JTokenType.Constructor:
        open(at, `new ${(at as WritableToken & { name: string | null }).name ?? ""}(`, ")");
        break;
      default:
        text += valueJson(at as WritableToken & WritableValue);
    }
  };
  const open = ({ children }: WritableToken, start: string, close: string) => {
    if (children.length === 0) text += start + close;
    else {
      text += start;
      stack.push({ children, close, next: 0 });
    }
  };
  write(root);
  while (stack.length > 0) {
    const top = stack[stack.length - 1]!;
    if (text.length - charged > 4096) {
      meter?.allocate(text.length - charged);
      if (meter === null && text.length > UNCHARGED) throw new LimitError("memory", "The JSON text is too long.");
      charged = text.length;
    }
    if (top.next === top.children.length) {
      stack.pop();
      if (indented) newLine(stack.length);
      text += top.close;
      continue;
    }
    const token = top.children[top.next]!;
    if (top.next++ > 0 && token.type !== JTokenType.Comment) text += ",";
    if (indented) newLine(stack.length);
    write(token);
  }
  meter?.allocate(text.length - charged);
  return text;
}
