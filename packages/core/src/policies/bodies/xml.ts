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

/** Deepest nesting that is read. */
const MOST_DEPTH = 256;

const NAME = /[:A-Z_a-z\u00c0-\ufffd][-.0-9:A-Z_a-z\u00b7-\ufffd]*/y;
const BLANKS = /[ \t\r\n]*/y;
const TEXT = /[^<]*/y;
const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

/**
 * Reads an XML body. Checks that it is well-formed; document types are refused, so that no entity can be declared. Throws SyntaxError
 * with the place.
 */
export function parseXml(text: string): XmlBody {
  return new XmlReader(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text).whole();
}

class XmlReader {
  private at = 0;

  constructor(private readonly text: string) {}

  whole(): XmlBody {
    let declaration: ReadonlyMap<string, string> = new Map();
    if (/^<\?xml[ \t\r\n]/.test(this.text)) {
      this.at = 5;
      declaration = this.attributes("?>");
      this.at += 2;
    }
    this.betweenNodes();
    if (this.text[this.at] !== "<") throw this.failure("an element was expected");
    const root = this.element(0);
    this.betweenNodes();
    if (this.at < this.text.length) throw this.failure("nothing may follow the root element");
    return { declaration, root };
  }

  private element(depth: number): XmlNode {
    if (depth > MOST_DEPTH) throw this.failure(`elements are nested more than ${MOST_DEPTH} levels deep`);
    this.at++;
    const name = this.name();
    const attributes = this.attributes(">");
    if (this.text[this.at] === "/") {
      this.at += 2;
      return { name, attributes, content: [] };
    }
    this.at++;
    const content = this.content(depth);
    this.at += 2;
    const start = this.at;
    if (this.name() !== name) throw this.failure(`<${name}> is closed by </${this.text.slice(start, this.at)}>`);
    this.skip(BLANKS);
    if (this.text[this.at] !== ">") throw this.failure("'>' was expected");
    this.at++;
    return { name, attributes, content };
  }

  /** Reads up to the end tag, on whose `</` it stops. */
  private content(depth: number): (XmlNode | string)[] {
    const content: (XmlNode | string)[] = [];
    let run = "";
    for (;;) {
      run += this.decode(this.skip(TEXT));
      if (this.at >= this.text.length) throw this.failure("an element is not closed");
      if (this.text.startsWith("<![CDATA[", this.at)) run += this.upTo("]]>", 9);
      else if (this.text.startsWith("<!--", this.at)) this.upTo("-->", 4);
      else if (this.text.startsWith("<?", this.at)) this.upTo("?>", 2);
      else {
        if (run !== "") content.push(run);
        run = "";
        if (this.text.startsWith("</", this.at)) return content;
        content.push(this.element(depth + 1));
      }
    }
  }

  /** Reads attributes up to the end of the tag (`>`, `/>` or `?>`), on which it stops. */
  private attributes(end: ">" | "?>"): Map<string, string> {
    const attributes = new Map<string, string>();
    for (;;) {
      const blanks = this.skip(BLANKS);
      if (this.text.startsWith(end, this.at) || (end === ">" && this.text.startsWith("/>", this.at))) return attributes;
      if (blanks === "") throw this.failure("a blank was expected");
      const name = this.name();
      this.skip(BLANKS);
      if (this.text[this.at] !== "=") throw this.failure("'=' was expected");
      this.at++;
      this.skip(BLANKS);
      const quote = this.text[this.at];
      if (quote !== '"' && quote !== "'") throw this.failure("a quote was expected");
      const value = this.upTo(quote, 1);
      if (value.includes("<")) throw this.failure("'<' cannot stand in an attribute");
      if (attributes.has(name)) throw this.failure(`the attribute ${name} is there twice`);
      attributes.set(name, this.decode(value.replace(/[\t\r\n]/g, " ")));
    }
  }

  private betweenNodes(): void {
    for (;;) {
      this.skip(BLANKS);
      if (this.text.startsWith("<!--", this.at)) this.upTo("-->", 4);
      else if (this.text.startsWith("<?", this.at)) this.upTo("?>", 2);
      else if (this.text.startsWith("<!", this.at)) throw this.failure("a document type is not accepted");
      else return;
    }
  }

  private name(): string {
    const name = this.skip(NAME);
    if (name === "") throw this.failure("a name was expected");
    return name;
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

  private skip(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? "";
    this.at += found.length;
    return found;
  }

  private failure(what: string): SyntaxError {
    const before = this.text.slice(0, this.at).split("\n");
    return new SyntaxError(`The XML is not well-formed at line ${before.length}, column ${before.at(-1)!.length + 1}: ${what}.`);
  }
}
