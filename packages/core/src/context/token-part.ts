import { isUtf8 } from "node:buffer";

/** A JSON object of a token's header or payload. Look members up as own properties only. */
export type TokenPart = Readonly<Record<string, unknown>>;

/** Deepest nesting of a claim that is read: deeper ones could not be written out again. */
const MOST_DEPTH = 64;

/** Parses the JSON object of a token's part in base64url; null if it is none. Long integers keep their digits. */
export function decodeTokenPart(base64: string): TokenPart | null {
  if (!/^[A-Za-z0-9_-]+$/.test(base64) || base64.length % 4 === 1) return null;
  return parseTokenPart(Buffer.from(base64, "base64url"));
}

/**
 * Parses a JSON object in UTF-8; null if the bytes are none, or it is nested too deep. Of members of one name the last counts. Long integers
 * keep their digits.
 */
export function parseTokenPart(bytes: Uint8Array): TokenPart | null {
  if (!isUtf8(bytes)) return null;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
  let value: unknown;
  try {
    value = JSON.parse(text);
    if (/\d{16}/.test(text)) value = JSON.parse(withLongIntegers(text));
  } catch {
    return null;
  }
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject && longInteger(value) === null && !isDeeper(value, MOST_DEPTH) ? (value as TokenPart) : null;
}

/** Integers that a JavaScript number cannot hold are kept as text in an object with this one member. */
const LONG = "\0long";

/** The text must be sound JSON: only then is the search linear. */
function withLongIntegers(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|-?\d{16,}(?![\d.eE])/g, (token) =>
    token.startsWith('"') ? token : `{${JSON.stringify(LONG)}:"${token}"}`,
  );
}

function longInteger(value: unknown): string | null {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, LONG)) return null;
  const digits: unknown = (value as Record<string, unknown>)[LONG];
  return typeof digits === "string" ? digits : null;
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1));
}

/** An own member, or undefined. */
export function member(part: TokenPart, name: string): unknown {
  return Object.hasOwn(part, name) ? part[name] : undefined;
}

/** A member that is a number; null if it is absent or something else. */
export function numberMember(part: TokenPart, name: string): number | null {
  const value = member(part, name);
  const digits = longInteger(value);
  return digits !== null ? Number(digits) : typeof value === "number" ? value : null;
}

/** A claim as one text: texts as they are, numbers, booleans and structures as JSON writes them; null for none. */
export function claimText(part: TokenPart, name: string): string | null {
  const value = member(part, name);
  return value === undefined || value === null ? null : textOf(value);
}

/** The values of a claim as texts: of a list each item, of anything else the one. */
export function claimValues(claim: unknown): readonly string[] {
  if (claim === null || claim === undefined) return [];
  return Array.isArray(claim) ? claim.map(textOf) : [textOf(claim)];
}

function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (value === null || value === undefined) return "";
  return longInteger(value) ?? written(value);
}

/** As JSON.stringify writes it, but for long integers. */
function written(value: unknown): string {
  const digits = longInteger(value);
  if (digits !== null) return digits;
  if (Array.isArray(value)) return `[${value.map(written).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([name, inner]) => `${JSON.stringify(name)}:${written(inner)}`)
    .join(",")}}`;
}
