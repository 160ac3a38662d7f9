import { NetException, raise } from "../../runtime/exceptions.js";

/** Base64 as System.Convert reads and writes it: standard alphabet, padding required, white space skipped. */

const LINE = 76;

/** Writes bytes; `breaks`: `\r\n` after every 76 characters. */
export function toBase64(bytes: Uint8Array, breaks: boolean): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
  if (!breaks || text.length <= LINE) return text;
  const lines: string[] = [];
  for (let i = 0; i < text.length; i += LINE) lines.push(text.slice(i, i + LINE));
  return lines.join("\r\n");
}

/** The length of the text that {@link toBase64} makes. */
export function base64Length(count: number): number {
  return Math.ceil(count / 3) * 4;
}

const WHITE = /[ \t\r\n]/;
const ALL_WHITE = /[ \t\r\n]+/g;
const VALID = /^[A-Za-z0-9+/]*={0,2}$/;

/** Reads a text. Throws FormatException. */
export function fromBase64(text: string): Uint8Array {
  const plain = WHITE.test(text) ? text.replace(ALL_WHITE, "") : text;
  if (!VALID.test(plain))
    throw new NetException(
      "System.FormatException",
      "The input is not a valid Base-64 string as it contains a non-base 64 character, more than two padding characters, or an illegal character among the padding characters. ",
    );
  if (plain.length % 4 !== 0) throw raise.format("Invalid length for a Base-64 char array or string.");
  return new Uint8Array(Buffer.from(plain, "base64"));
}
