import { cryptographicError } from "./errors.js";

/** One element of DER: its tag, its content, and its whole encoding. */
export interface DerValue {
  readonly tag: number;
  readonly content: Uint8Array;
  readonly whole: Uint8Array;
}

const bad = () => cryptographicError("Unable to decode certificate.");

/** The element at the start of some bytes. Throws CryptographicException for what is not DER. */
export function readDer(bytes: Uint8Array): DerValue {
  if (bytes.length < 2) throw bad();
  let length = bytes[1]!;
  let start = 2;
  if (length >= 0x80) {
    const count = length & 0x7f;
    if (count < 1 || count > 4 || bytes.length < 2 + count) throw bad();
    length = 0;
    for (let i = 0; i < count; i++) length = length * 256 + bytes[2 + i]!;
    start += count;
  }
  const end = start + length;
  if (end > bytes.length) throw bad();
  return { tag: bytes[0]!, content: bytes.subarray(start, end), whole: bytes.subarray(0, end) };
}

/** The elements that a constructed element holds. */
export function derChildren(value: DerValue): DerValue[] {
  const children: DerValue[] = [];
  for (let at = 0; at < value.content.length; ) {
    const child = readDer(value.content.subarray(at));
    children.push(child);
    at += child.whole.length;
  }
  return children;
}

/** The dotted text of an object identifier. */
export function derOid(value: DerValue | undefined): string {
  if (value === undefined || value.tag !== 0x06 || value.content.length === 0) throw bad();
  const arcs: number[] = [];
  let arc = 0;
  for (const byte of value.content) {
    arc = arc * 128 + (byte & 0x7f);
    if (byte < 0x80) {
      arcs.push(arc);
      arc = 0;
    }
  }
  const first = arcs[0]!;
  const top = Math.min(Math.floor(first / 40), 2);
  return [top, first - top * 40, ...arcs.slice(1)].join(".");
}

/** The text of a string element. */
export function derText({ tag, content }: DerValue): string {
  const buffer = Buffer.from(content);
  if (tag === 0x1e) return buffer.length % 2 === 0 ? buffer.swap16().toString("utf16le") : "";
  return buffer.toString(tag === 0x0c ? "utf8" : "latin1");
}

/** Milliseconds since 1970 of a UTCTime or GeneralizedTime. */
export function derTime(value: DerValue | undefined): number {
  const text = value === undefined ? "" : Buffer.from(value.content).toString("latin1");
  const match = /^(\d{2,4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (match === null) throw bad();
  const [, year, month, day, hour, minute, second] = match.map(Number);
  const fullYear = match[1]!.length === 4 ? year! : year! < 50 ? 2000 + year! : 1900 + year!;
  return Date.UTC(fullYear, month! - 1, day, hour, minute, second);
}

/** An extension of a certificate or revocation list (RFC 5280, 4.1). */
export interface DerExtension {
  readonly id: string;
  readonly isCritical: boolean;
  /** DER of what the extension says. */
  readonly value: Uint8Array;
}

/** The extensions in an explicitly tagged list; none if there is no list. */
export function derExtensions(tagged: DerValue | undefined): DerExtension[] {
  const [list] = tagged === undefined ? [] : derChildren(tagged);
  return (list === undefined ? [] : derChildren(list)).map((extension) => {
    const parts = derChildren(extension);
    return {
      id: derOid(parts[0]),
      isCritical: parts.length > 2 && parts[1]!.content[0] !== 0,
      value: parts.at(-1)!.content,
    };
  });
}
