import { BodyLoss } from "./body-loss.js";

/**
 * A parsed JSON value as bytes. What a parser drops does not show in its value: of numbers beyond 2^53 the last digits, of duplicate members
 * all but the last. The former are looked for; the latter have made the text that came longer than any way of writing the value explains.
 * @param sent bytes of UTF-8 that came; null if that is not known
 */
export function jsonBytes(body: unknown, sent: number | null): Uint8Array | BodyLoss {
  // A parser of texts leaves the text itself; one of JSON may have read a text that is a JSON value.
  if (typeof body === "string" && (sent === null ? isJsonText(body) : sent === Buffer.byteLength(body))) return Buffer.from(body);
  let text: string | undefined;
  try {
    text = JSON.stringify(body);
  } catch {
    return new BodyLoss("a value that JSON cannot write");
  }
  if (text === undefined) return new BodyLoss("a value that JSON cannot write");
  if (text.includes("\ufffd")) return new BodyLoss("bytes that are no text");
  const bytes = Buffer.from(text);
  const shape = shapeOf(body);
  if (shape.hasBigNumber) return new BodyLoss("a number beyond 2^53");
  if (sent !== null && mayHoldDuplicate(body, text, sent - bytes.length, shape))
    return new BodyLoss("a member that came twice, or white space that looks like it");
  return bytes;
}

function isJsonText(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

interface Shape {
  hasBigNumber: boolean;
  /** Bytes that the shortest second member would take: a comma, its name and a value of one byte. */
  shortestMember: number;
  /** Commas and colons between members and elements. */
  separators: number;
}

function shapeOf(body: unknown): Shape {
  const shape: Shape = { hasBigNumber: false, shortestMember: Number.POSITIVE_INFINITY, separators: 0 };
  const left: unknown[] = [body];
  while (left.length > 0) {
    const value = left.pop();
    if (typeof value === "number") shape.hasBigNumber ||= Math.abs(value) > Number.MAX_SAFE_INTEGER;
    if (typeof value !== "object" || value === null) continue;
    const keys = Array.isArray(value) ? null : Object.keys(value);
    const count = keys?.length ?? (value as unknown[]).length;
    shape.separators += Math.max(0, count - 1) + (keys?.length ?? 0);
    for (const key of keys ?? [])
      shape.shortestMember = Math.min(shape.shortestMember, Buffer.byteLength(JSON.stringify(key)) + ",:0".length);
    for (const member of Array.isArray(value) ? (value as unknown[]) : Object.values(value)) left.push(member);
  }
  return shape;
}

/** Indents that JSON's writers use. */
const INDENTS = [1, 2, 4, 8];

/** Does the text that came have more bytes than the value takes, and as many as no usual way of writing it explains? */
function mayHoldDuplicate(body: unknown, text: string, surplus: number, { shortestMember, separators }: Shape): boolean {
  if (surplus < shortestMember) return false;
  const layouts = [0, separators, ...INDENTS.map((width) => JSON.stringify(body, null, width).length - text.length)];
  const escapes = [0, escapedBeyondAscii(text), count(text, /\//g), escapedBeyondAscii(text) + count(text, /\//g)];
  return !layouts.some((layout) => escapes.some((escaped) => layout + escaped === surplus));
}

/** Bytes by which `\uXXXX` for every character beyond ASCII is longer than UTF-8. */
function escapedBeyondAscii(text: string): number {
  const [ascii, all] = [count(text, /[\0-\x7f]/g), text.length];
  return (all - ascii) * "\\u0000".length - (Buffer.byteLength(text) - ascii);
}

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;
