import { placeIn } from "./text-place.js";

/** An element of an XML body. Names keep their prefixes. */
export interface XmlNode {
  readonly name: string;
  /** In document order, namespace declarations included. */
  readonly attributes: ReadonlyMap<string, string>;
  /** Elements and texts in document order; CDATA is text, comments and processing instructions are left out. */
  readonly content: readonly (XmlNode | string)[];
}

/** An XML body. */
export interface XmlBody {
  /** Pseudo-attributes of the XML declaration, such as version and encoding. */
  readonly declaration: ReadonlyMap<string, string>;
  readonly root: XmlNode;
}

/** How a body is read. */
export interface XmlOptions {
  /** Comments and processing instructions inside of the root are kept, as elements of the names `#comment` and `?target` with their text. */
  readonly keepsAsides?: boolean;
}

/** Deepest nesting that is read. */
const MOST_DEPTH = 256;
/** Longest name that is read: libxml2 takes no longer ones either. */
const LONGEST_NAME = 50_000;

const NO_ATTRIBUTES: ReadonlyMap<string, string> = new Map();
const NO_CONTENT: readonly (XmlNode | string)[] = [];
const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

const SLASH = 0x2f;
const LESS = 0x3c;
const EQUALS = 0x3d;
const GREATER = 0x3e;

/** Of ASCII: 1 for what may begin a name, 2 for what may go on in one. */
const NAME_CODES = Uint8Array.from({ length: 128 }, (_, code) => {
  const char = String.fromCharCode(code);
  return /[:A-Z_a-z]/.test(char) ? 1 : /[-.0-9]/.test(char) ? 2 : 0;
});
const beginsName = (code: number): boolean => (code < 128 ? NAME_CODES[code] === 1 : code >= 0xc0 && code <= 0xfffd);
const continuesName = (code: number): boolean => (code < 128 ? NAME_CODES[code] !== 0 : code >= 0xb7 && code <= 0xfffd);
const isBlank = (code: number): boolean => code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;

/**
 * Reads an XML body. Checks that it is well-formed; document types are refused, so that no entity can be declared. Throws SyntaxError
 * with the place.
 */
export function parseXml(text: string, options: XmlOptions = {}): XmlBody {
  return new XmlReader(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text, options.keepsAsides === true).whole();
}

/** A text with blanks in place of tabs and line ends: one by one, however many there are. */
function onOneLine(text: string): string {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0xff) return wideOnOneLine(text);
    bytes[i] = code < 0x20 && isBlank(code) ? 0x20 : code;
  }
  return Buffer.from(bytes.buffer).toString("latin1");
}

function wideOnOneLine(text: string): string {
  const codes = new Uint16Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    codes[i] = code < 0x20 && isBlank(code) ? 0x20 : code;
  }
  return Buffer.from(codes.buffer).toString("utf16le");
}

function commentOf(text: string): XmlNode {
  return { name: "#comment", attributes: NO_ATTRIBUTES, content: [text] };
}

function instructionOf(text: string): XmlNode {
  const blank = text.search(/[ \t\r\n]/);
  const target = blank < 0 ? text : text.slice(0, blank);
  return { name: `?${target}`, attributes: NO_ATTRIBUTES, content: [blank < 0 ? "" : text.slice(blank).trimStart()] };
}

class XmlReader {
  private at = 0;

  constructor(
    private readonly text: string,
    private readonly keepsAsides: boolean,
  ) {}

  whole(): XmlBody {
    let declaration = NO_ATTRIBUTES;
    if (/^<\?xml[ \t\r\n]/.test(this.text)) {
      this.at = 5;
      declaration = this.attributes("?>");
      this.at += 2;
    }
    this.betweenNodes();
    if (this.code() !== LESS) throw this.failure("an element was expected");
    const root = this.element(0);
    this.betweenNodes();
    if (this.at < this.text.length) throw this.failure("nothing may follow the root element");
    return { declaration, root };
  }

  private element(depth: number): XmlNode {
    if (depth > MOST_DEPTH) throw this.failure(`elements are nested more than ${MOST_DEPTH} levels deep`);
    this.at++;
    const name = this.name();
    const attributes = this.code() === GREATER ? NO_ATTRIBUTES : this.attributes(">");
    if (this.code() === SLASH) {
      this.at += 2;
      return { name, attributes, content: NO_CONTENT };
    }
    this.at++;
    const content = this.content(depth);
    this.at += 2;
    this.endOf(name);
    this.skipBlanks();
    if (this.code() !== GREATER) throw this.failure("'>' was expected");
    this.at++;
    return { name, attributes, content };
  }

  private endOf(name: string): void {
    const start = this.at;
    this.at += name.length;
    if (this.text.startsWith(name, start) && !continuesName(this.code())) return;
    this.at = start;
    throw this.failure(`<${name}> is closed by </${this.name()}>`);
  }

  /** Reads up to the end tag, on whose `</` it stops. */
  private content(depth: number): readonly (XmlNode | string)[] {
    const { text } = this;
    let content: (XmlNode | string)[] | null = null;
    let run = "";
    for (;;) {
      const next = text.indexOf("<", this.at);
      if (next < 0) {
        this.at = text.length;
        throw this.failure("an element is not closed");
      }
      if (next > this.at) {
        const part = this.decode(text.slice(this.at, next));
        run = run === "" ? part : run + part;
        this.at = next;
      }
      const code = text.charCodeAt(next + 1);
      if (code === 0x21 && text.startsWith("<![CDATA[", next)) run += this.upTo("]]>", 9);
      else if ((code === 0x21 && text.startsWith("<!--", next)) || code === 0x3f) {
        const aside = code === 0x21 ? commentOf(this.upTo("-->", 4)) : instructionOf(this.upTo("?>", 2));
        if (!this.keepsAsides) continue;
        if (run !== "") (content ??= []).push(run);
        run = "";
        (content ??= []).push(aside);
      } else {
        if (run !== "") (content ??= []).push(run);
        run = "";
        if (code === SLASH) return content ?? NO_CONTENT;
        (content ??= []).push(this.element(depth + 1));
      }
    }
  }

  /** Reads attributes up to the end of the tag (`>`, `/>` or `?>`), on which it stops. */
  private attributes(end: ">" | "?>"): ReadonlyMap<string, string> {
    let attributes: Map<string, string> | null = null;
    for (;;) {
      const before = this.at;
      this.skipBlanks();
      if (this.text.startsWith(end, this.at) || (end === ">" && this.text.startsWith("/>", this.at)))
        return attributes ?? NO_ATTRIBUTES;
      if (this.at === before) throw this.failure("a blank was expected");
      const name = this.name();
      this.skipBlanks();
      if (this.code() !== EQUALS) throw this.failure("'=' was expected");
      this.at++;
      this.skipBlanks();
      const quote = this.text[this.at];
      if (quote !== '"' && quote !== "'") throw this.failure("a quote was expected");
      const value = this.upTo(quote, 1);
      if (value.includes("<")) throw this.failure("'<' cannot stand in an attribute");
      attributes ??= new Map();
      if (attributes.has(name)) throw this.failure(`the attribute ${name} is there twice`);
      attributes.set(name, this.decode(/[\t\r\n]/.test(value) ? onOneLine(value) : value));
    }
  }

  private betweenNodes(): void {
    for (;;) {
      this.skipBlanks();
      if (this.text.startsWith("<!--", this.at)) this.upTo("-->", 4);
      else if (this.text.startsWith("<?", this.at)) this.upTo("?>", 2);
      else if (this.text.startsWith("<!", this.at)) throw this.failure("a document type is not accepted");
      else return;
    }
  }

  private name(): string {
    const { text, at: start } = this;
    if (!beginsName(text.charCodeAt(start))) throw this.failure("a name was expected");
    let end = start + 1;
    while (continuesName(text.charCodeAt(end))) end++;
    if (end - start > LONGEST_NAME) throw this.failure(`a name is longer than ${LONGEST_NAME} characters`);
    this.at = end;
    return text.slice(start, end);
  }

  private upTo(end: string, skipped: number): string {
    const from = this.at + skipped;
    const to = this.text.indexOf(end, from);
    if (to < 0) throw this.failure(`'${end}' was expected`);
    this.at = to + end.length;
    return this.text.slice(from, to);
  }

  private decode(text: string): string {
    if (!text.includes("&")) return text;
    return text.replace(/&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|([a-zA-Z]{1,5}))?(;?)/g, (whole, decimal, hex, name, semicolon) => {
      if (semicolon === "") throw this.failure("'&' does not begin an entity");
      if (name !== undefined && Object.hasOwn(ENTITIES, name)) return ENTITIES[name]!;
      const code = decimal !== undefined ? Number(decimal) : Number.parseInt(hex ?? "", 16);
      if (!(code > 0 && code <= 0x10ffff)) throw this.failure(`the entity ${whole} is unknown`);
      return String.fromCodePoint(code);
    });
  }

  private code(): number {
    return this.text.charCodeAt(this.at);
  }

  private skipBlanks(): void {
    while (isBlank(this.text.charCodeAt(this.at))) this.at++;
  }

  private failure(what: string): SyntaxError {
    const { line, column } = placeIn(this.text, this.at);
    return new SyntaxError(`The XML is not well-formed at line ${line}, column ${column}: ${what}.`);
  }
}
