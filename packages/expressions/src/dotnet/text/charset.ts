/** How one character set turns text into bytes and back, by .NET's replacement rules. */
export interface Charset {
  /** IANA name as `WebName` gives it. */
  readonly name: string;
  readonly codePage: number;
  readonly title: string;
  readonly className: string;
  readonly isSingleByte: boolean;
  readonly preamble: readonly number[];
  /** Most bytes that one character takes: for `GetMaxByteCount`. */
  readonly widest: number;
  encode(text: string): Uint8Array;
  decode(bytes: Uint8Array): string;
}

const QUESTION = 63;
const REPLACEMENT = 0xfffd;

/** UTF-8. */
export const utf8: Charset = {
  name: "utf-8",
  codePage: 65001,
  title: "Unicode (UTF-8)",
  className: "System.Text.UTF8Encoding",
  isSingleByte: false,
  preamble: [0xef, 0xbb, 0xbf],
  widest: 3,
  encode: (text) => new Uint8Array(Buffer.from(text, "utf8")),
  decode: (bytes) => asBuffer(bytes).toString("utf8"),
};

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function utf16(bigEndian: boolean): Charset {
  return {
    name: bigEndian ? "utf-16BE" : "utf-16",
    codePage: bigEndian ? 1201 : 1200,
    title: bigEndian ? "Unicode (Big-Endian)" : "Unicode",
    className: "System.Text.UnicodeEncoding",
    isSingleByte: false,
    preamble: bigEndian ? [0xfe, 0xff] : [0xff, 0xfe],
    widest: 2,
    encode(text) {
      const whole = text.replace(/\p{Surrogate}/gu, "\ufffd");
      const bytes = new Uint8Array(Buffer.from(whole, "utf16le"));
      return bigEndian ? swapped(bytes) : bytes;
    },
    decode(bytes) {
      const even = bytes.length & ~1;
      const pairs = bytes.subarray(0, even);
      const text = asBuffer(bigEndian ? swapped(pairs) : pairs).toString("utf16le");
      const whole = text.replace(/\p{Surrogate}/gu, "\ufffd");
      return even < bytes.length ? `${whole}\ufffd` : whole;
    },
  };
}

function swapped(bytes: Uint8Array): Uint8Array {
  const result = new Uint8Array(bytes.length);
  for (let i = 0; i + 1 < bytes.length; i += 2) {
    result[i] = bytes[i + 1]!;
    result[i + 1] = bytes[i]!;
  }
  return result;
}

/** UTF-32. */
export const utf32: Charset = {
  name: "utf-32",
  codePage: 12000,
  title: "Unicode (UTF-32)",
  className: "System.Text.UTF32Encoding",
  isSingleByte: false,
  preamble: [0xff, 0xfe, 0, 0],
  widest: 4,
  encode(text) {
    const points = Array.from(text, (c) => c.codePointAt(0)!);
    const view = new DataView(new ArrayBuffer(points.length * 4));
    points.forEach((point, i) => view.setUint32(i * 4, point >= 0xd800 && point <= 0xdfff ? REPLACEMENT : point, true));
    return new Uint8Array(view.buffer);
  },
  decode(bytes) {
    let text = "";
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let i = 0; i + 3 < bytes.length; i += 4) {
      const point = view.getUint32(i, true);
      text += String.fromCodePoint(point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff) ? REPLACEMENT : point);
    }
    return bytes.length % 4 === 0 ? text : `${text}\ufffd`;
  },
};

/** UTF-16, low byte first. */
export const utf16le = utf16(false);
/** UTF-16, high byte first. */
export const utf16be = utf16(true);

/** A character set of one byte each: bytes → characters; what has no byte becomes `?`. */
function singleByte(name: string, codePage: number, title: string, className: string, chars: string): Charset {
  let codes: Map<number, number> | null = null;
  return {
    name,
    codePage,
    title,
    className,
    isSingleByte: true,
    preamble: [],
    widest: 1,
    encode(text) {
      codes ??= new Map(Array.from({ length: chars.length }, (_, byte) => [chars.charCodeAt(byte), byte]));
      const bytes = new Uint8Array(text.length);
      for (let i = 0; i < text.length; i++) {
        const code = text.charCodeAt(i);
        bytes[i] = code < 128 ? code : (codes.get(code) ?? QUESTION);
      }
      return bytes;
    },
    decode(bytes) {
      const pieces: string[] = [];
      for (let at = 0; at < bytes.length; at += 8192) {
        let piece = "";
        for (const byte of bytes.subarray(at, at + 8192)) piece += chars[byte] ?? "?";
        pieces.push(piece);
      }
      return pieces.join("");
    },
  };
}

const firstCodes = (count: number): string => Array.from({ length: count }, (_, code) => String.fromCharCode(code)).join("");

/** ASCII. */
export const ascii = singleByte("us-ascii", 20127, "US-ASCII", "System.Text.ASCIIEncoding", firstCodes(128));
/** ISO 8859-1. */
export const latin1 = singleByte("iso-8859-1", 28591, "Western European (ISO)", "System.Text.Latin1Encoding", firstCodes(256));

/** Single-byte sets that the platform's own decoder knows: name, code page, title. */
const FURTHER: readonly (readonly [name: string, codePage: number, title: string])[] = [
  ["windows-1250", 1250, "Central European (Windows)"],
  ["windows-1251", 1251, "Cyrillic (Windows)"],
  ["Windows-1252", 1252, "Western European (Windows)"],
  ["windows-1253", 1253, "Greek (Windows)"],
  ["windows-1254", 1254, "Turkish (Windows)"],
  ["windows-1255", 1255, "Hebrew (Windows)"],
  ["windows-1256", 1256, "Arabic (Windows)"],
  ["windows-1257", 1257, "Baltic (Windows)"],
  ["windows-1258", 1258, "Vietnamese (Windows)"],
  ["koi8-r", 20866, "Cyrillic (KOI8-R)"],
  ["koi8-u", 21866, "Cyrillic (KOI8-U)"],
  ["iso-8859-2", 28592, "Central European (ISO)"],
  ["iso-8859-3", 28593, "Latin 3 (ISO)"],
  ["iso-8859-4", 28594, "Baltic (ISO)"],
  ["iso-8859-5", 28595, "Cyrillic (ISO)"],
  ["iso-8859-6", 28596, "Arabic (ISO)"],
  ["iso-8859-7", 28597, "Greek (ISO)"],
  ["iso-8859-8", 28598, "Hebrew (ISO-Visual)"],
  ["iso-8859-13", 28603, "Estonian (ISO)"],
  ["iso-8859-15", 28605, "Latin 9 (ISO)"],
];

const ALIASES: ReadonlyMap<string, Charset> = new Map([
  ...["utf-8", "unicode-1-1-utf-8", "unicode-2-0-utf-8", "x-unicode-1-1-utf-8", "x-unicode-2-0-utf-8"].map(
    (name) => [name, utf8] as const,
  ),
  ...["utf-16", "utf-16le", "unicode", "ucs-2", "iso-10646-ucs-2"].map((name) => [name, utf16le] as const),
  ...["utf-16be", "unicodefffe"].map((name) => [name, utf16be] as const),
  ...["utf-32", "utf-32le"].map((name) => [name, utf32] as const),
  ...["us-ascii", "ascii", "us", "ansi_x3.4-1968", "ansi_x3.4-1986", "iso646-us", "cp367", "csascii", "iso-ir-6"].map(
    (name) => [name, ascii] as const,
  ),
  ...["iso-8859-1", "iso8859-1", "iso_8859-1", "latin1", "l1", "cp819", "csisolatin1", "iso-ir-100", "ibm819"].map(
    (name) => [name, latin1] as const,
  ),
]);

const decoded = new Map<number, Charset>();

/** 0x80 to 0x9F of windows-1252, which some versions of Node.js decode as ISO-8859-1. Unassigned bytes are C1 controls. */
const WINDOWS_1252 =
  "\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f" +
  "\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178";

function further(index: number): Charset {
  const [name, codePage, title] = FURTHER[index]!;
  let charset = decoded.get(codePage);
  if (charset === undefined) {
    const decoder = new TextDecoder(name);
    const chars = Array.from({ length: 256 }, (_, byte) => {
      if (codePage === 1252 && byte >= 0x80 && byte < 0xa0) return WINDOWS_1252[byte - 0x80]!;
      const char = decoder.decode(Uint8Array.of(byte));
      return char === "\ufffd" ? "?" : char;
    }).join("");
    charset = singleByte(name, codePage, title, "System.Text.SBCSCodePageEncoding", chars);
    decoded.set(codePage, charset);
  }
  return charset;
}

/** A character set by name, without regard to case; null if it is not known. */
export function charsetByName(name: string): Charset | null {
  const wanted = name.trim().toLowerCase();
  const known = ALIASES.get(wanted);
  if (known !== undefined) return known;
  const index = FURTHER.findIndex((known) => known[0].toLowerCase() === wanted);
  return index < 0 ? null : further(index);
}

/** A character set by code page (0: the default, UTF-8); null if it is not known. */
export function charsetByCodePage(codePage: number): Charset | null {
  if (codePage === 0) return utf8;
  for (const charset of ALIASES.values()) if (charset.codePage === codePage) return charset;
  const index = FURTHER.findIndex((known) => known[1] === codePage);
  return index < 0 ? null : further(index);
}
