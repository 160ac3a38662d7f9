import { chargeStep } from "../../runtime/current.js";
import { raise } from "../../runtime/exceptions.js";
import { type CallSite, defineType, withCall } from "../../types/declare.js";
import type { NetArray } from "../../types/values.js";
import { byteArray, bytesOf } from "../bytes.js";
import { betweenPairs, mapParts } from "../text/windows.js";
import { htmlEntities } from "./html-entities.js";
import { betweenCharacters, percent } from "./uri-escape.js";

type Text = string | null;

const SAFE = /^[A-Za-z0-9\-_.!*()]$/;
const isSafe = Uint8Array.from({ length: 256 }, (_, byte) => (SAFE.test(String.fromCharCode(byte)) ? 1 : 0));

function formByte(byte: number): string {
  return isSafe[byte] === 1 ? String.fromCharCode(byte) : byte === 32 ? "+" : percent(byte);
}

/** `WebUtility.UrlEncode`: form encoding, blanks as `+`. */
export function urlEncode(text: string): string {
  return mapParts(text, betweenPairs, (part) =>
    /^[A-Za-z0-9\-_.!*()]*$/.test(part) ? part : Array.from(Buffer.from(part, "utf8"), formByte).join(""),
  );
}

/** `WebUtility.UrlDecode`. Percent signs that encode nothing stay. */
export function urlDecode(text: string): string {
  // Not by replaceAll: that takes five times as long where there are many.
  const plain = text.includes("+") ? text.split("+").join(" ") : text;
  if (!plain.includes("%")) return plain;
  return mapParts(plain, betweenCharacters, (part) =>
    part.replace(/(?:%[0-9a-fA-F]{2})+/g, (run) => Buffer.from(run.replaceAll("%", ""), "hex").toString("utf8")),
  );
}

const MARKUP: ReadonlyMap<string, string> = new Map([
  ["<", "&lt;"],
  [">", "&gt;"],
  ["&", "&amp;"],
  ['"', "&quot;"],
  ["'", "&#39;"],
]);

/** `WebUtility.HtmlEncode`: markup, and everything from U+00A0 on as a number. */
export function htmlEncode(text: string): string {
  return mapParts(text, betweenPairs, (part) =>
    part.replace(/[<>&"']|[\ud800-\udbff][\udc00-\udfff]|[\u00a0-\uffff]/g, (c) => {
      const known = MARKUP.get(c);
      if (known !== undefined) return known;
      const code = c.codePointAt(0)!;
      return code >= 0xd800 && code <= 0xdfff ? "\ufffd" : `&#${code};`;
    }),
  );
}

/** `WebUtility.HtmlDecode`. What is no entity stays. */
export function htmlDecode(text: string): string {
  if (!text.includes("&")) return text;
  return mapParts(text, beforeEntity, (part) => part.replace(/&(#[xX]?[0-9a-fA-F]+|[A-Za-z0-9]+);/g, decodeEntity));
}

/** Characters that are looked back over for the beginning of an entity. */
const LOOKED_BACK = 8_192;
const IN_ENTITY = /[A-Za-z0-9#]/;

/**
 * The place of the ampersand before an index, if an entity that begins there may go on: so far it has letters, digits and `#` only. Behind what may
 * be a longer one (a number with thousands of zeros) it is the place where that ends.
 */
function beforeEntity(text: string, index: number): number {
  let at = index - 1;
  while (at >= index - LOOKED_BACK && IN_ENTITY.test(text[at]!)) at--;
  if (text[at] === "&") return at;
  if (at >= index - LOOKED_BACK) return index;
  let end = index;
  while (end < text.length && IN_ENTITY.test(text[end]!)) end++;
  return end < text.length ? end + 1 : end;
}

function decodeEntity(whole: string, name: string): string {
  chargeStep();
  if (!name.startsWith("#")) {
    const code = htmlEntities.get(name);
    return code === undefined ? whole : String.fromCodePoint(code);
  }
  const isHex = name[1] === "x" || name[1] === "X";
  const digits = name.slice(isHex ? 2 : 1);
  if (!isHex && !/^\d+$/.test(digits)) return whole;
  const code = Number.parseInt(digits, isHex ? 16 : 10);
  return code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff) ? whole : String.fromCodePoint(code);
}

/** A text function that maps null to null; `growth` is how many times longer a result may be. */
const onText = (convert: (text: string) => string, growth: number) =>
  withCall((site: CallSite, text: Text) => {
    if (text === null) return null;
    site.run.allocate(text.length * growth);
    return convert(text);
  });

function part(array: NetArray | null, offset: number, count: number): Uint8Array | null {
  if (array === null) {
    if (count === 0) return null;
    throw raise.argumentNull("bytes");
  }
  const bytes = bytesOf(array);
  if (offset < 0 || offset > bytes.length) throw raise.argumentOutOfRange("offset");
  if (count < 0 || count > bytes.length - offset) throw raise.argumentOutOfRange("count");
  return bytes.subarray(offset, offset + count);
}

const onBytes = (convert: (text: string) => string) =>
  withCall((site: CallSite, array: NetArray | null, offset: number, count: number) => {
    const bytes = part(array, offset, count);
    if (bytes === null) return null;
    site.run.allocate(bytes.length * 3);
    return byteArray(site, new Uint8Array(Buffer.from(convert(Buffer.from(bytes).toString("latin1")), "latin1")));
  });

const encodeLatin1 = (text: string): string => mapParts(text, (_, index) => index, encodePart);

function encodePart(text: string): string {
  let result = "";
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (isSafe[code] === 1) result += text[i];
    else result += code === 32 ? "+" : `%${code.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return result;
}

const decodeLatin1 = (text: string): string =>
  mapParts(text, betweenCharacters, (piece) =>
    piece.replaceAll("+", " ").replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
  );

/** `System.Net.WebUtility`, as expressions know it. */
export const webUtilityType = defineType("static class System.Net.WebUtility", {
  "static string UrlEncode(string value)": onText(urlEncode, 3),
  "static string UrlDecode(string encodedValue)": onText(urlDecode, 1),
  "static string HtmlEncode(string value)": onText(htmlEncode, 6),
  "static string HtmlDecode(string value)": onText(htmlDecode, 1),
  "static byte[] UrlEncodeToBytes(byte[] value, int offset, int count)": onBytes(encodeLatin1),
  "static byte[] UrlDecodeToBytes(byte[] encodedValue, int offset, int count)": onBytes(decodeLatin1),
});
