import { raise } from "../../runtime/exceptions.js";
import { type CallSite, defineType, type Implementation, type TypeDeclaration, withCall } from "../../types/declare.js";
import { type NetArray, NetObject } from "../../types/values.js";
import { fromCodes } from "./codes.js";
import { formatComposite } from "./composite-format.js";
import { NEW_LINE } from "./line-end.js";
import { RAW_TEXT } from "./raw-text.js";
import { replaceCode, replaceText } from "./string.js";

const MAX_CAPACITY = 0x7fffffff;
const INDEX = "Index was out of range. Must be non-negative and less than the size of the collection.";

/** System.Text.StringBuilder. The text is a JavaScript string, which engines append to cheaply. */
export class StringBuilder extends NetObject {
  constructor(
    public text = "",
    public capacity = 16,
    readonly maxCapacity = MAX_CAPACITY,
  ) {
    super();
    this.grow();
  }

  override get declaration() {
    return builderType;
  }

  override toText(): string {
    return this.text;
  }

  /** Adds text. Charges it first. */
  append(site: CallSite, text: string): this {
    return this.replaceAll(site, this.text.length + text.length, text.length, () => this.text + text);
  }

  insert(site: CallSite, index: number, text: string): this {
    if (index < 0 || index > this.text.length) throw raise.argumentOutOfRange("index", INDEX);
    const { text: old } = this;
    return this.replaceAll(site, old.length + text.length, text.length, () => old.slice(0, index) + text + old.slice(index));
  }

  /** Puts a text of a length in the place of the old. Charges first. Throws ArgumentOutOfRangeException beyond the capacity. */
  replaceAll(site: CallSite, length: number, charge: number, make: () => string): this {
    site.run.allocate(charge);
    if (length > this.maxCapacity) throw raise.argumentOutOfRange("requiredLength", "capacity was less than the current size.");
    this.text = make();
    this.grow();
    return this;
  }

  /** The new block of a builder that is full is as long as all before it, at most 8000 characters. */
  grow(): void {
    const missing = this.text.length - this.capacity;
    if (missing > 0) this.capacity += Math.max(missing, Math.min(this.capacity, 8000));
  }

  setLength(site: CallSite, length: number): void {
    if (length < 0) throw raise.argumentOutOfRange("value", "Length cannot be less than zero.");
    if (length > this.maxCapacity) throw raise.argumentOutOfRange("value", "capacity was less than the current size.");
    if (length <= this.text.length) this.text = this.text.slice(0, length);
    else {
      site.run.allocate(length - this.text.length);
      this.text = this.text.padEnd(length, "\0");
      this.grow();
    }
  }
}

function setCapacity(self: StringBuilder, capacity: number): void {
  if (capacity < 0) throw raise.argumentOutOfRange("value", "Capacity must be positive.");
  if (capacity > self.maxCapacity) throw raise.argumentOutOfRange("value", "Capacity exceeds maximum capacity.");
  if (capacity < self.text.length) throw raise.argumentOutOfRange("value", "capacity was less than the current size.");
  self.capacity = capacity;
}

function withCapacity(capacity: number, most = MAX_CAPACITY): StringBuilder {
  if (capacity > most) throw raise.argumentOutOfRange("capacity", "Capacity exceeds maximum capacity.");
  if (most < 1) throw raise.argumentOutOfRange("maxCapacity", "MaxCapacity must be one or greater.");
  if (capacity < 0) throw raise.argumentOutOfRange("capacity", "'capacity' must be greater than zero.");
  return new StringBuilder("", capacity === 0 ? Math.min(16, most) : capacity, most);
}

function textWithCapacity(text: string | null, capacity: number): StringBuilder {
  if (capacity < 0) throw raise.argumentOutOfRange("capacity", "'capacity' must be greater than zero.");
  return new StringBuilder(text ?? "", capacity === 0 ? 16 : capacity);
}

function partOf(text: string | null, start: number, length: number, parameter: string): string {
  if (text === null) {
    if (start === 0 && length === 0) return "";
    throw raise.argumentNull(parameter);
  }
  checkPart(text.length, start, length, "startIndex");
  return text.slice(start, start + length);
}

function checkPart(size: number, start: number, length: number, parameter: string): void {
  if (length < 0) throw raise.argumentOutOfRange("length", "Length cannot be less than zero.");
  if (start < 0) throw raise.argumentOutOfRange(parameter, INDEX);
  if (start > size - length) throw raise.argumentOutOfRange(parameter, INDEX);
}

function codesPart(value: NetArray | null, start: number, count: number): string {
  if (value === null) {
    if (start === 0 && count === 0) return "";
    throw raise.argumentNull("value");
  }
  if (count < 0) throw raise.argumentOutOfRange("count", "Value must be positive.");
  if (start < 0) throw raise.argumentOutOfRange("startIndex", "Value must be positive.");
  if (count > value.items.length - start) throw raise.argumentOutOfRange("count", INDEX);
  return fromCodes(value.items as number[], start, count);
}

const codesText = (value: NetArray | null) => (value === null ? "" : fromCodes(value.items as number[]));

function repeated(site: CallSite, text: string, count: number, parameter: string): string {
  if (count < 0) throw raise.argumentOutOfRange(parameter, "Count cannot be less than zero.");
  // Charged again when it is added: it is made twice.
  site.run.allocate(text.length * count);
  return text.repeat(count);
}

function replaceIn(
  site: CallSite,
  self: StringBuilder,
  old: string | null,
  replacement: string | null,
  start: number,
  count: number,
): StringBuilder {
  const { text } = self;
  if (start < 0 || start > text.length) throw raise.argumentOutOfRange("startIndex", INDEX);
  if (count < 0 || start > text.length - count) throw raise.argumentOutOfRange("count", INDEX);
  const part = replaceText(site, text.slice(start, start + count), old, replacement);
  return self.replaceAll(
    site,
    text.length - count + part.length,
    0,
    () => text.slice(0, start) + part + text.slice(start + count),
  );
}

function remove(self: StringBuilder, start: number, length: number): StringBuilder {
  const { text } = self;
  if (length < 0) throw raise.argumentOutOfRange("length", "Length cannot be less than zero.");
  if (start < 0) throw raise.argumentOutOfRange("startIndex", "StartIndex cannot be less than zero.");
  if (length > text.length - start) throw raise.argumentOutOfRange("index", INDEX);
  self.text = text.slice(0, start) + text.slice(start + length);
  return self;
}

function copyTo(self: StringBuilder, from: number, target: NetArray | null, to: number, count: number): void {
  if (target === null) throw raise.argumentNull("destination");
  if (count < 0) throw raise.argumentOutOfRange("count", "Argument count must not be negative.");
  if (from < 0 || from > self.text.length) throw raise.argumentOutOfRange("sourceIndex", INDEX);
  if (to < 0) throw raise.argumentOutOfRange("destinationIndex", "Argument destinationIndex must not be negative.");
  if (from > self.text.length - count) throw raise.argument("Source string was not long enough. Check sourceIndex and count.");
  if (to > target.items.length - count)
    throw raise.argument(
      "Either offset did not refer to a position in the string, or there is an insufficient length of destination character array.",
    );
  for (let i = 0; i < count; i++) target.items[to + i] = self.text.charCodeAt(from + i);
}

/** `Append(T)` and `Insert(int, T)` for every T that has a text of its own. */
function valueMembers(): Record<string, Implementation> {
  const members: Record<string, Implementation> = {};
  for (const [keyword, textOf] of Object.entries(RAW_TEXT)) {
    members[`StringBuilder Append(${keyword} value)`] = withCall((site, self: StringBuilder, value: never) =>
      self.append(site, textOf(value)),
    );
    members[`StringBuilder Insert(int index, ${keyword} value)`] = withCall(
      (site, self: StringBuilder, index: number, value: never) => self.insert(site, index, textOf(value)),
    );
  }
  return members;
}

const formatted = (skip: number): Implementation =>
  withCall((site, self: StringBuilder, ...all: unknown[]) => appendFormat(site, self, all[skip], all.slice(skip + 1)));

function appendFormat(site: CallSite, self: StringBuilder, format: unknown, values: readonly unknown[]): StringBuilder {
  if (format === null) throw raise.argumentNull("format");
  return self.append(site, formatComposite(site.run, format as string, values));
}

function appendFormatArray(site: CallSite, self: StringBuilder, format: string | null, values: NetArray | null): StringBuilder {
  if (format === null || values === null) throw raise.argumentNull(format === null ? "format" : "args");
  return appendFormat(site, self, format, values.items as unknown[]);
}

const builderType: TypeDeclaration = defineType("sealed class System.Text.StringBuilder", {
  "new()": () => new StringBuilder(),
  "new(int capacity)": (capacity: number) => withCapacity(capacity),
  "new(int capacity, int maxCapacity)": withCapacity,
  "new(string value)": (text: string | null) => new StringBuilder(text ?? ""),
  "new(string value, int capacity)": textWithCapacity,
  "new(string value, int startIndex, int length, int capacity)": (
    text: string | null,
    start: number,
    length: number,
    capacity: number,
  ) => textWithCapacity(partOf(text ?? "", start, length, "value"), capacity),
  ...valueMembers(),
  "StringBuilder Append(char value, int repeatCount)": withCall((site, self: StringBuilder, code: number, count: number) =>
    self.append(site, repeated(site, String.fromCharCode(code), count, "repeatCount")),
  ),
  "StringBuilder Append(char[] value)": withCall((site, self: StringBuilder, value: NetArray | null) =>
    self.append(site, codesText(value)),
  ),
  "StringBuilder Append(char[] value, int startIndex, int charCount)": withCall(
    (site, self: StringBuilder, value: NetArray | null, start: number, count: number) =>
      self.append(site, codesPart(value, start, count)),
  ),
  "StringBuilder Append(string value, int startIndex, int count)": withCall(
    (site, self: StringBuilder, value: string | null, start: number, count: number) =>
      self.append(site, partOf(value, start, count, "value")),
  ),
  "StringBuilder AppendLine()": withCall((site, self: StringBuilder) => self.append(site, NEW_LINE)),
  "StringBuilder AppendLine(string value)": withCall((site, self: StringBuilder, value: string | null) =>
    self.append(site, (value ?? "") + NEW_LINE),
  ),
  "StringBuilder AppendFormat(string format, object arg0)": formatted(0),
  "StringBuilder AppendFormat(string format, object arg0, object arg1)": formatted(0),
  "StringBuilder AppendFormat(string format, object arg0, object arg1, object arg2)": formatted(0),
  "StringBuilder AppendFormat(string format, params object[] args)": withCall(appendFormatArray),
  "StringBuilder AppendFormat(IFormatProvider provider, string format, object arg0)": formatted(1),
  "StringBuilder AppendFormat(IFormatProvider provider, string format, object arg0, object arg1)": formatted(1),
  "StringBuilder AppendFormat(IFormatProvider provider, string format, object arg0, object arg1, object arg2)": formatted(1),
  "StringBuilder AppendFormat(IFormatProvider provider, string format, params object[] args)": withCall(
    (site, self: StringBuilder, _provider: unknown, format: string | null, values: NetArray | null) =>
      appendFormatArray(site, self, format, values),
  ),
  "StringBuilder Insert(int index, char[] value)": withCall((site, self: StringBuilder, index: number, value: NetArray | null) =>
    self.insert(site, index, codesText(value)),
  ),
  "StringBuilder Insert(int index, char[] value, int startIndex, int charCount)": withCall(
    (site, self: StringBuilder, index: number, value: NetArray | null, start: number, count: number) =>
      self.insert(site, index, codesPart(value, start, count)),
  ),
  "StringBuilder Insert(int index, string value, int count)": withCall(
    (site, self: StringBuilder, index: number, value: string | null, count: number) =>
      self.insert(site, index, repeated(site, value ?? "", count, "count")),
  ),
  "StringBuilder Remove(int startIndex, int length)": remove,
  "StringBuilder Replace(char oldChar, char newChar)": withCall((site, self: StringBuilder, old: number, replacement: number) => {
    self.text = replaceCode(site, self.text, old, replacement);
    return self;
  }),
  "StringBuilder Replace(char oldChar, char newChar, int startIndex, int count)": withCall(
    (site, self: StringBuilder, old: number, replacement: number, start: number, count: number) =>
      replaceIn(site, self, String.fromCharCode(old), String.fromCharCode(replacement), start, count),
  ),
  "StringBuilder Replace(string oldValue, string newValue)": withCall(
    (site, self: StringBuilder, old: string | null, replacement: string | null) =>
      replaceIn(site, self, old, replacement, 0, self.text.length),
  ),
  "StringBuilder Replace(string oldValue, string newValue, int startIndex, int count)": withCall(replaceIn),
  "StringBuilder Clear()": (self: StringBuilder) => {
    self.text = "";
    return self;
  },
  "int Length { get; set; }": {
    get: (self: StringBuilder) => self.text.length,
    set: withCall((site, self: StringBuilder, length: number) => self.setLength(site, length)),
  },
  "char this[int index] { get; set; }": {
    get: (self: StringBuilder, index: number) => {
      if (index < 0 || index >= self.text.length) throw raise.indexOutOfRange();
      return self.text.charCodeAt(index);
    },
    set: withCall((site, self: StringBuilder, index: number, code: number) => {
      site.run.steps(self.text.length >> 12);
      if (index < 0 || index >= self.text.length) throw raise.argumentOutOfRange("index", INDEX);
      self.text = self.text.slice(0, index) + String.fromCharCode(code) + self.text.slice(index + 1);
    }),
  },
  "int Capacity { get; set; }": { get: (self: StringBuilder) => self.capacity, set: setCapacity },
  "int MaxCapacity { get; }": (self: StringBuilder) => self.maxCapacity,
  "int EnsureCapacity(int capacity)": (self: StringBuilder, capacity: number) => {
    if (capacity < 0) throw raise.argumentOutOfRange("capacity", "Capacity must be positive.");
    if (self.capacity < capacity) setCapacity(self, capacity);
    return self.capacity;
  },
  "string ToString()": (self: StringBuilder) => self.text,
  "string ToString(int startIndex, int length)": (self: StringBuilder, start: number, length: number) => {
    if (start < 0) throw raise.argumentOutOfRange("startIndex", "StartIndex cannot be less than zero.");
    if (start > self.text.length)
      throw raise.argumentOutOfRange("startIndex", "startIndex cannot be larger than length of string.");
    if (length < 0) throw raise.argumentOutOfRange("length", "Length cannot be less than zero.");
    if (start > self.text.length - length)
      throw raise.argumentOutOfRange("length", "Index and length must refer to a location within the string.");
    return self.text.slice(start, start + length);
  },
  "void CopyTo(int sourceIndex, char[] destination, int destinationIndex, int count)": copyTo,
  "bool Equals(StringBuilder sb)": (self: StringBuilder, other: StringBuilder | null) =>
    other !== null && self.text === other.text && self.capacity === other.capacity && self.maxCapacity === other.maxCapacity,
});

/** System.Text.StringBuilder. */
export const stringBuilderTypes: readonly TypeDeclaration[] = [builderType];
