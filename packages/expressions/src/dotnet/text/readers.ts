import { raise } from "../../runtime/exceptions.js";
import { type CallSite, defineType, type Implementation, type TypeDeclaration, withCall } from "../../types/declare.js";
import { type NetArray, NetObject } from "../../types/values.js";
import { fromCodes } from "./codes.js";
import { formatComposite } from "./composite-format.js";
import { NEW_LINE } from "./line-end.js";
import { RAW_TEXT } from "./raw-text.js";
import { StringBuilder } from "./string-builder.js";

/** System.IO.StringReader: reads a text; after Dispose every read fails. */
export class StringReader extends NetObject {
  position = 0;
  private isClosed = false;

  constructor(readonly text: string) {
    super();
  }

  override get declaration() {
    return readerType;
  }

  close(): void {
    this.isClosed = true;
  }

  private open(): void {
    if (this.isClosed) throw raise.invalidOperation("Cannot read from a closed TextReader.");
  }

  /** The next code, -1 at the end. */
  peek(): number {
    this.open();
    return this.position < this.text.length ? this.text.charCodeAt(this.position) : -1;
  }

  read(): number {
    const code = this.peek();
    if (code >= 0) this.position++;
    return code;
  }

  readInto(buffer: NetArray | null, index: number, count: number): number {
    if (buffer === null) throw raise.argumentNull("buffer");
    if (index < 0 || count < 0) throw raise.argumentOutOfRange(index < 0 ? "index" : "count", "Non-negative number required.");
    if (buffer.items.length - index < count)
      throw raise.argument(
        "Offset and length were out of bounds for the array or count is greater than the number of elements from index to the end of the source collection.",
      );
    this.open();
    const length = Math.min(count, this.text.length - this.position);
    for (let i = 0; i < length; i++) buffer.items[index + i] = this.text.charCodeAt(this.position++);
    return length;
  }

  /** Up to the next `\n`, `\r` or `\r\n`; null at the end. */
  readLine(): string | null {
    this.open();
    if (this.position >= this.text.length) return null;
    const found = /\r\n|\r|\n/g;
    found.lastIndex = this.position;
    const match = found.exec(this.text);
    const line = this.text.slice(this.position, match?.index);
    this.position = match === null ? this.text.length : match.index + match[0].length;
    return line;
  }

  readToEnd(): string {
    this.open();
    const rest = this.text.slice(this.position);
    this.position = this.text.length;
    return rest;
  }
}

/** System.IO.StringWriter: writes into a StringBuilder. */
export class StringWriter extends NetObject {
  newLine = NEW_LINE;
  private isClosed = false;

  constructor(readonly builder: StringBuilder) {
    super();
  }

  override get declaration() {
    return writerType;
  }

  override toText(): string {
    return this.builder.text;
  }

  close(): void {
    this.isClosed = true;
  }

  write(site: CallSite, text: string): void {
    if (this.isClosed) throw raise.invalidOperation("Cannot write to a closed TextWriter.");
    this.builder.append(site, text);
  }
}

function codesPart(buffer: NetArray | null, index: number, count: number): string {
  if (buffer === null) throw raise.argumentNull("buffer");
  if (index < 0 || count < 0) throw raise.argumentOutOfRange(index < 0 ? "index" : "count", "Non-negative number required.");
  if (buffer.items.length - index < count)
    throw raise.argument(
      "Offset and length were out of bounds for the array or count is greater than the number of elements from index to the end of the source collection.",
    );
  return fromCodes(buffer.items as number[], index, count);
}

/** `Write` and `WriteLine` differ by the line end only. */
function writeMembers(name: "Write" | "WriteLine"): Record<string, Implementation> {
  const end = (self: StringWriter) => (name === "Write" ? "" : self.newLine);
  const members: Record<string, Implementation> = {};
  for (const [keyword, textOf] of Object.entries(RAW_TEXT)) {
    if (keyword.endsWith("byte") || keyword.endsWith("short")) continue;
    members[`void ${name}(${keyword} value)`] = withCall((site, self: StringWriter, value: never) =>
      self.write(site, textOf(value) + end(self)),
    );
  }
  const formatted = withCall((site, self: StringWriter, format: string | null, ...values: unknown[]) => {
    if (format === null) throw raise.argumentNull("format");
    self.write(site, formatComposite(site.run, format, values) + end(self));
  });
  return {
    ...members,
    [`void ${name}(char[] buffer)`]: withCall((site, self: StringWriter, buffer: NetArray | null) =>
      self.write(site, (buffer === null ? "" : fromCodes(buffer.items as number[])) + end(self)),
    ),
    [`void ${name}(char[] buffer, int index, int count)`]: withCall(
      (site, self: StringWriter, buffer: NetArray | null, index: number, count: number) =>
        self.write(site, codesPart(buffer, index, count) + end(self)),
    ),
    [`void ${name}(string format, object arg0)`]: formatted,
    [`void ${name}(string format, object arg0, object arg1)`]: formatted,
    [`void ${name}(string format, object arg0, object arg1, object arg2)`]: formatted,
    [`void ${name}(string format, params object[] arg)`]: withCall(
      (site, self: StringWriter, format: string | null, values: NetArray | null) => {
        if (format === null || values === null) throw raise.argumentNull(format === null ? "format" : "arg");
        self.write(site, formatComposite(site.run, format, values.items as unknown[]) + end(self));
      },
    ),
  };
}

const close = (self: StringReader | StringWriter) => self.close();

const readerType: TypeDeclaration = defineType("class System.IO.StringReader : System.IO.TextReader", {
  "new(string s)": (text: string | null) => {
    if (text === null) throw raise.argumentNull("s");
    return new StringReader(text);
  },
});

const writerType: TypeDeclaration = defineType("class System.IO.StringWriter : System.IO.TextWriter", {
  "new()": () => new StringWriter(new StringBuilder()),
  "new(IFormatProvider formatProvider)": () => new StringWriter(new StringBuilder()),
  "new(StringBuilder sb)": into,
  "new(StringBuilder sb, IFormatProvider formatProvider)": into,
  "StringBuilder GetStringBuilder()": (self: StringWriter) => self.builder,
});

function into(builder: StringBuilder | null): StringWriter {
  if (builder === null) throw raise.argumentNull("sb");
  return new StringWriter(builder);
}

/** System.IO.StringReader and StringWriter with their base classes, which hold the members. */
export const readerTypes: readonly TypeDeclaration[] = [
  defineType(
    "abstract class System.IO.TextReader : IDisposable",
    {
      "int Peek()": (self: StringReader) => self.peek(),
      "int Read()": (self: StringReader) => self.read(),
      "int Read(char[] buffer, int index, int count)": (
        self: StringReader,
        buffer: NetArray | null,
        index: number,
        count: number,
      ) => self.readInto(buffer, index, count),
      "int ReadBlock(char[] buffer, int index, int count)": (
        self: StringReader,
        buffer: NetArray | null,
        index: number,
        count: number,
      ) => self.readInto(buffer, index, count),
      "string ReadLine()": (self: StringReader) => self.readLine(),
      "string ReadToEnd()": (self: StringReader) => self.readToEnd(),
      "void Close()": close,
      "void Dispose()": close,
    },
    { beyond: true },
  ),
  defineType(
    "abstract class System.IO.TextWriter : IDisposable",
    {
      ...writeMembers("Write"),
      ...writeMembers("WriteLine"),
      "void WriteLine()": withCall((site, self: StringWriter) => self.write(site, self.newLine)),
      "string NewLine { get; set; }": {
        get: (self: StringWriter) => self.newLine,
        set: (self: StringWriter, value: string | null) => {
          self.newLine = value ?? NEW_LINE;
        },
      },
      "void Flush()": () => undefined,
      "void Close()": close,
      "void Dispose()": close,
    },
    { beyond: true },
  ),
  readerType,
  writerType,
];
