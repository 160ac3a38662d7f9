import { NetException, raise } from "../../runtime/exceptions.js";
import { type CallSite, defineType, type TypeDeclaration, withCall } from "../../types/declare.js";
import { NetArray, NetObject } from "../../types/values.js";
import { byteArray, bytesOf } from "../bytes.js";
import { ascii, type Charset, charsetByCodePage, charsetByName, latin1, utf8, utf16be, utf16le, utf32 } from "./charset.js";

/** System.Text.Encoding: a character set. */
export class Encoding extends NetObject {
  constructor(
    readonly charset: Charset,
    private readonly preamble: readonly number[] = charset.preamble,
  ) {
    super();
  }

  override get declaration() {
    return encodingType;
  }

  override toText(): string {
    return this.charset.className;
  }

  override equals(other: unknown): boolean {
    return other instanceof Encoding && other.key === this.key;
  }

  override get key(): string {
    return `System.Text.Encoding:${this.charset.codePage}`;
  }

  get mark(): Uint8Array {
    return Uint8Array.from(this.preamble);
  }
}

const encodings = {
  utf8: new Encoding(utf8),
  ascii: new Encoding(ascii),
  utf16le: new Encoding(utf16le),
  utf16be: new Encoding(utf16be),
  utf32: new Encoding(utf32),
  latin1: new Encoding(latin1),
};

function byName(name: string | null): Encoding {
  if (name === null) throw raise.argumentNull("name");
  const charset = charsetByName(name);
  if (charset !== null) return new Encoding(charset);
  throw raise.argument(
    `'${name}' is not a supported encoding name. For information on defining a custom encoding, see the documentation for the Encoding.RegisterProvider method.`,
    "name",
  );
}

function byCodePage(codePage: number): Encoding {
  if (codePage < 0 || codePage > 65_535)
    throw raise.argumentOutOfRange("codepage", "Valid values are between 0 and 65535, inclusive.");
  const charset = charsetByCodePage(codePage);
  if (charset !== null) return new Encoding(charset);
  throw raise.notSupported(`No data is available for encoding ${codePage}.`);
}

const nullArray = (name: string) =>
  new NetException("System.ArgumentNullException", `Array cannot be null.\nParameter name: ${name}`);

function bytesIn(array: NetArray | null): Uint8Array {
  if (array === null) throw nullArray("bytes");
  return bytesOf(array);
}

/** A part of a byte array. Throws ArgumentOutOfRangeException if it does not lie inside. */
function slice(array: NetArray | null, index: number, count: number): Uint8Array {
  const bytes = bytesIn(array);
  if (index < 0 || count < 0) throw raise.argumentOutOfRange(index < 0 ? "index" : "count", "Non-negative number required.");
  if (count > bytes.length - index)
    throw raise.argumentOutOfRange("bytes", "Index and count must refer to a location within the buffer.");
  return bytes.subarray(index, index + count);
}

/** Text of a `char[]`, or of a part of it. */
function charText(site: CallSite, array: NetArray | null, index = 0, count = array?.items.length ?? 0): string {
  if (array === null) throw nullArray("chars");
  if (index < 0 || count < 0 || count > array.items.length - index)
    throw raise.argumentOutOfRange("chars", "Index and count must refer to a location within the buffer.");
  site.run.allocate(count);
  let text = "";
  for (let i = index; i < index + count; i++) text += String.fromCharCode(array.items[i] as number);
  return text;
}

function given(text: string | null): string {
  if (text === null)
    throw new NetException(
      "System.ArgumentNullException",
      "String reference not set to an instance of a String.\nParameter name: s",
    );
  return text;
}

const encode = (site: CallSite, self: Encoding, text: string): NetArray => {
  site.run.allocate(text.length);
  return byteArray(site, self.charset.encode(text));
};

const decode = (site: CallSite, self: Encoding, bytes: Uint8Array): string => {
  site.run.allocate(bytes.length);
  return self.charset.decode(bytes);
};

const chars = (site: CallSite, text: string): NetArray => {
  site.run.allocate(text.length);
  return new NetArray(
    site.scope.find("System.Char")!,
    Array.from({ length: text.length }, (_, i) => text.charCodeAt(i)),
  );
};

/** A count that is an int. Throws ArgumentOutOfRangeException for a greater one. */
function within(count: number, parameter: string): number {
  if (count > 2_147_483_647)
    throw raise.argumentOutOfRange(parameter, "Too many characters or bytes: the result is larger than an int.");
  return count;
}

const positive = (count: number, name: string): number => {
  if (count < 0) throw raise.argumentOutOfRange(name, "Non-negative number required.");
  return count;
};

/** `System.Text.Encoding`, as expressions know it. */
export const encodingType = defineType("abstract class System.Text.Encoding", {
  "static Encoding UTF8 { get; }": () => encodings.utf8,
  "static Encoding ASCII { get; }": () => encodings.ascii,
  "static Encoding Unicode { get; }": () => encodings.utf16le,
  "static Encoding BigEndianUnicode { get; }": () => encodings.utf16be,
  "static Encoding UTF32 { get; }": () => encodings.utf32,
  "static Encoding Latin1 { get; }": () => encodings.latin1,
  "static Encoding Default { get; }": () => encodings.utf8,
  "static Encoding GetEncoding(string name)": byName,
  "static Encoding GetEncoding(int codepage)": byCodePage,
  "static byte[] Convert(Encoding srcEncoding, Encoding dstEncoding, byte[] bytes)": withCall(
    (site: CallSite, from: Encoding | null, to: Encoding | null, bytes: NetArray | null) => {
      if (from === null || to === null) throw raise.argumentNull(from === null ? "srcEncoding" : "dstEncoding");
      return encode(site, to, decode(site, from, bytesIn(bytes)));
    },
  ),
  "string WebName { get; }": (self: Encoding) => self.charset.name,
  "string BodyName { get; }": (self: Encoding) => self.charset.name,
  "string HeaderName { get; }": (self: Encoding) => self.charset.name,
  "string EncodingName { get; }": (self: Encoding) => self.charset.title,
  "int CodePage { get; }": (self: Encoding) => self.charset.codePage,
  "bool IsSingleByte { get; }": (self: Encoding) => self.charset.isSingleByte,
  "byte[] GetPreamble()": withCall((site: CallSite, self: Encoding) => byteArray(site, self.mark)),

  "byte[] GetBytes(string s)": withCall((site: CallSite, self: Encoding, text: string | null) => encode(site, self, given(text))),
  "byte[] GetBytes(char[] chars)": withCall((site: CallSite, self: Encoding, array: NetArray | null) =>
    encode(site, self, charText(site, array)),
  ),
  "byte[] GetBytes(char[] chars, int index, int count)": withCall(
    (site: CallSite, self: Encoding, array: NetArray | null, index: number, count: number) =>
      encode(site, self, charText(site, array, index, count)),
  ),
  "int GetByteCount(string s)": withCall((site: CallSite, self: Encoding, text: string | null) => {
    site.run.allocate(given(text).length);
    return self.charset.encode(given(text)).length;
  }),
  "int GetByteCount(char[] chars)": withCall(
    (site: CallSite, self: Encoding, array: NetArray | null) => self.charset.encode(charText(site, array)).length,
  ),
  "string GetString(byte[] bytes)": withCall((site: CallSite, self: Encoding, bytes: NetArray | null) =>
    decode(site, self, bytesIn(bytes)),
  ),
  "string GetString(byte[] bytes, int index, int count)": withCall(
    (site: CallSite, self: Encoding, bytes: NetArray | null, index: number, count: number) =>
      decode(site, self, slice(bytes, index, count)),
  ),
  "char[] GetChars(byte[] bytes)": withCall((site: CallSite, self: Encoding, bytes: NetArray | null) =>
    chars(site, decode(site, self, bytesIn(bytes))),
  ),
  "char[] GetChars(byte[] bytes, int index, int count)": withCall(
    (site: CallSite, self: Encoding, bytes: NetArray | null, index: number, count: number) =>
      chars(site, decode(site, self, slice(bytes, index, count))),
  ),
  "int GetCharCount(byte[] bytes)": withCall(
    (site: CallSite, self: Encoding, bytes: NetArray | null) => decode(site, self, bytesIn(bytes)).length,
  ),
  "int GetMaxByteCount(int charCount)": (self: Encoding, count: number) =>
    within((positive(count, "charCount") + 1) * self.charset.widest, "charCount"),
  "int GetMaxCharCount(int byteCount)": (self: Encoding, count: number) =>
    within(positive(count, "byteCount") + (self.charset.isSingleByte ? 0 : 1), "byteCount"),
});

const beyond = { beyond: true } as const;

/** System.Text.Encoding and its concrete classes. */
export const encodingTypes: readonly TypeDeclaration[] = [
  encodingType,
  defineType(
    "class System.Text.UTF8Encoding : System.Text.Encoding",
    {
      "new()": () => new Encoding(utf8, []),
      "new(bool encoderShouldEmitUTF8Identifier)": (mark: boolean) => new Encoding(utf8, mark ? utf8.preamble : []),
      "new(bool encoderShouldEmitUTF8Identifier, bool throwOnInvalidBytes)": (mark: boolean) =>
        new Encoding(utf8, mark ? utf8.preamble : []),
    },
    beyond,
  ),
  defineType("class System.Text.ASCIIEncoding : System.Text.Encoding", { "new()": () => encodings.ascii }, beyond),
  defineType("class System.Text.UnicodeEncoding : System.Text.Encoding", { "new()": () => encodings.utf16le }, beyond),
  defineType("class System.Text.UTF32Encoding : System.Text.Encoding", { "new()": () => encodings.utf32 }, beyond),
];
