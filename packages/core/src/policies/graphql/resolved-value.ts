import { bodyText } from "../../context/body.js";
import type { Exchange } from "../../policy/exchange.js";
import { PerRequest } from "../../policy/per-request.js";
import { JsonNumber, type JsonValue, parseJson } from "../bodies/json.js";
import { toTakeApart } from "../messages.js";

/**
 * A JSON value as plain data: objects without a prototype, numbers as numbers. Numbers that JavaScript cannot hold exactly stay
 * {@link JsonNumber}s.
 */
export type PlainValue = unknown;

/** What a data source has written into its response itself, and what it means: until a policy of the document writes another body. */
interface Given {
  readonly bytes: Uint8Array;
  readonly value: PlainValue;
  readonly isPage: boolean;
}

const given = new PerRequest<Given>();

/** Remembers what the body stands for that the response has now. */
export function giveValue(exchange: Exchange, bytes: Uint8Array, value: PlainValue, isPage: boolean): void {
  given.set(exchange, { bytes, value, isPage });
}

/**
 * What a resolver gives: a value, of which a page has its items under `items`, for a field that is a list or an object with such a field; or a
 * text of which the field's type decides whether it is JSON.
 */
export type Resolved = { readonly value: PlainValue; readonly isPage: boolean } | { readonly text: string };

/** What stands in the response of a resolver's run. A body that is too much work is refused as everywhere. */
export function resolvedValue(exchange: Exchange): Resolved | Promise<Resolved> {
  const known = given.get(exchange);
  const { body, headers } = exchange.response;
  if (known !== undefined && body.isBuffered && body.bytes === known.bytes) return known;
  return toTakeApart(exchange, body, (bytes) => ({ text: bytes === null ? "" : bodyText(headers, bytes) }));
}

/** Reads JSON text. Throws SyntaxError. */
export function plainJson(text: string): PlainValue {
  return plain(parseJson(text));
}

function plain(value: JsonValue): PlainValue {
  if (value instanceof JsonNumber) return numberOf(value);
  if (Array.isArray(value)) return value.map(plain);
  if (!(value instanceof Map)) return value;
  const members = Object.create(null) as Record<string, PlainValue>;
  for (const [name, member] of value) members[name] = plain(member);
  return members;
}

function numberOf(number: JsonNumber): number | JsonNumber {
  const { text } = number;
  const value = Number(text);
  return Number.isSafeInteger(value) || /[.eE]/.test(text) ? value : number;
}

/** Writes plain data as JSON text; what was too long for a number is written as it was read. */
export function writePlain(value: PlainValue): string {
  if (value instanceof JsonNumber) return value.text;
  if (Array.isArray(value)) return `[${value.map(writePlain).join(",")}]`;
  if (typeof value === "object" && value !== null)
    return `{${Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([name, member]) => `${JSON.stringify(name)}:${writePlain(member)}`)
      .join(",")}}`;
  return JSON.stringify(value) ?? "null";
}
