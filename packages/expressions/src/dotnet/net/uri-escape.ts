import { chargeStep } from "../../runtime/current.js";
import { NetException } from "../../runtime/exceptions.js";
import { mapParts } from "../text/windows.js";

/** System.UriFormatException. */
export function uriError(message: string): NetException {
  return new NetException("System.UriFormatException", `Invalid URI: ${message}`);
}

const UNRESERVED = /^[A-Za-z0-9\-._~]$/;
const GENERAL = ":/?#[]@!$&'()*+,;=";

const ESCAPES = Array.from({ length: 256 }, (_, byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`);

/** `%XX` of a byte. */
export function percent(byte: number): string {
  return ESCAPES[byte]!;
}

function percentText(text: string): string {
  return Array.from(Buffer.from(text, "utf8"), percent).join("");
}

/** .NET takes no longer URIs, and escapes no longer texts. */
export const MOST_CHARACTERS = 65_519;

function checkLength(text: string): void {
  if (text.length > MOST_CHARACTERS) throw uriError("The Uri string is too long.");
}

function checkSurrogates(text: string): void {
  if (/\p{Surrogate}/u.test(text)) throw uriError("There is an invalid sequence in the string.");
}

/** `Uri.EscapeDataString`: all but letters, digits and `-._~`. */
export function escapeData(text: string): string {
  checkLength(text);
  if (/^[A-Za-z0-9\-._~]*$/.test(text)) return text;
  checkSurrogates(text);
  return text.replace(/[^A-Za-z0-9\-._~]+/g, percentText);
}

/** `Uri.EscapeUriString`: leaves what has a meaning in a URI. */
export function escapeUri(text: string): string {
  checkLength(text);
  checkSurrogates(text);
  return text.replace(/[^A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=]+/g, percentText);
}

/** Escapes what may not stand in a component, and unescapes what need not be escaped. A percent sign that escapes nothing becomes `%25`. */
export function normalizeEscapes(text: string): string {
  if (/^[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=]*$/.test(text)) return text;
  return text.replace(/%([0-9a-fA-F]{2})|%|[^A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]+/g, (whole, hex: string | undefined) => {
    if (hex === undefined) return whole === "%" ? "%25" : percentText(whole);
    const char = String.fromCharCode(Number.parseInt(hex, 16));
    return UNRESERVED.test(char) ? char : whole;
  });
}

/** Unescapes runs of `%XX` that are UTF-8, except characters for which `keep` says so; bytes that are no UTF-8 stay escaped. */
function unescapeText(text: string, keep: (char: string) => boolean): string {
  if (!text.includes("%")) return text;
  return mapParts(text, betweenCharacters, (part) => part.replace(/(?:%[0-9a-fA-F]{2})+/g, (run) => unescapeRun(run, keep)));
}

/** The beginning of `%80` to `%BF`. */
const CONTINUATION = /^%[89abAB]/;

/** The last place at or before an index that is neither within `%XX` nor among the bytes of a character in UTF-8. */
export function betweenCharacters(text: string, index: number): number {
  const cut = text[index - 2] === "%" ? index - 2 : text[index - 1] === "%" ? index - 1 : index;
  for (let bytes = 0, at = cut; bytes <= MOST_CONTINUATIONS; bytes++, at -= 3)
    if (!CONTINUATION.test(text.slice(at, at + 2))) return text[at] === "%" ? at : cut;
  return cut;
}

/** Bytes of a character in UTF-8 behind its first. */
const MOST_CONTINUATIONS = 3;

function unescapeRun(run: string, keep: (char: string) => boolean): string {
  const bytes = Buffer.from(run.replaceAll("%", ""), "hex");
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    chargeStep();
    const length = sequenceLength(bytes, at);
    if (length === 0) {
      parts.push(percent(bytes[at]!));
      at++;
      continue;
    }
    const char = bytes.toString("utf8", at, at + length);
    // As written: the letter case of an escape that stays is kept.
    parts.push(keep(char) ? run.slice(at * 3, (at + length) * 3) : char);
    at += length;
  }
  return parts.join("");
}

/** Bytes of the UTF-8 sequence at a place; 0 if there is none. */
function sequenceLength(bytes: Buffer, at: number): number {
  const first = bytes[at]!;
  if (first < 0x80) return 1;
  const length = first < 0x80 ? 1 : first >= 0xc2 && first < 0xe0 ? 2 : first >= 0xe0 && first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  if (length === 0 || (first >= 0x80 && first < 0xc2) || at + length > bytes.length) return 0;
  return bytes.toString("utf8", at, at + length).includes("\ufffd") ? 0 : length;
}

/** `Uri.UnescapeDataString`. */
export function unescapeData(text: string): string {
  return unescapeText(text, () => false);
}

/** What `Uri.ToString()` shows: unescaped but for reserved and control characters. */
export function displayText(text: string): string {
  return unescapeText(text, (char) => GENERAL.includes(char) || char === "%" || char === "\\" || char < " " || char === "\x7f");
}

/** True if a text may stand in a URI as it is: only characters that URIs (and IRIs) have, every percent sign escaping something. */
export function isWellEscaped(text: string): boolean {
  return /^(?:[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=\u00a0-\uffff]|%[0-9a-fA-F]{2})*$/.test(text);
}
