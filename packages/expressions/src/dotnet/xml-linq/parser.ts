import { LimitError } from "../../runtime/exceptions.js";
import type { Run } from "../../runtime/run.js";
import { Weight } from "../../runtime/weights.js";
import { findInvalid, invalidChar, invalidName, ncName, xmlError } from "./chars.js";
import { XDocument } from "./document.js";
import { XAttribute, XElement } from "./element.js";
import { XCData, XComment, XDeclaration, XDocumentType, XProcessingInstruction } from "./leaf.js";
import { XML_NAMESPACE, XMLNS_NAMESPACE, XName } from "./names.js";
import { type XContainer, XText } from "./tree.js";

const DEEPEST = 1_000;

/**
 * Parses XML as `XDocument.Parse` does: well-formed, namespaces resolved, blanks between elements dropped unless `preserve` or
 * `xml:space="preserve"` says otherwise. A document type may be named but not defined: entities of its own, external ones above all, are
 * refused as .NET's readers refuse them by default. Throws XmlException with line and position.
 */
export function parseDocument(run: Run, text: string, preserve = false): XDocument {
  run.allocate(text.length);
  run.steps(text.length >> 3);
  return new XmlParser(run, text, preserve).document();
}

/** `XElement.Parse`: the root element alone. */
export function parseElement(run: Run, text: string, preserve = false): XElement {
  const document = parseDocument(run, text, preserve);
  const root = document.rootElement as XElement;
  root.remove();
  return root;
}

interface RawAttribute {
  readonly prefix: string;
  readonly local: string;
  readonly value: string;
  readonly at: number;
}

interface Scope {
  readonly tag: string;
  readonly at: number;
  readonly preserve: boolean;
  readonly bindings: ReadonlyMap<string, string>;
  readonly element: XElement;
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"],
]);

const OUTERMOST: ReadonlyMap<string, string> = new Map([
  ["", ""],
  ["xml", XML_NAMESPACE],
]);

class XmlParser {
  private at = 0;
  private readonly open: Scope[] = [];
  private readonly result = new XDocument();

  constructor(
    private readonly run: Run,
    private readonly text: string,
    private readonly preserve: boolean,
  ) {}

  document(): XDocument {
    const { text, result } = this;
    const invalid = findInvalid(text);
    if (/^<\?xml[\s?]/.test(text)) this.declaration();
    while (this.at < text.length) {
      const next = text.indexOf("<", this.at);
      const end = next < 0 ? text.length : next;
      if (end > this.at) this.characters(end);
      if (next < 0) break;
      this.markup();
    }
    if (invalid !== null) this.fail(invalidChar(invalid.char), invalid.index);
    const unclosed = this.open.map((element) => element.tag).reverse();
    if (unclosed.length > 0)
      this.fail(`Unexpected end of file has occurred. The following elements are not closed: ${unclosed.join(", ")}.`);
    if (result.rootElement === null) throw xmlError("Root element is missing.");
    return result;
  }

  private fail(message: string, at = this.at): never {
    const { line, position } = this.placeOf(at);
    throw xmlError(message, line, position);
  }

  /** Counts lines without making them: a text may have millions. */
  private placeOf(at: number): { readonly line: number; readonly position: number } {
    let line = 1;
    let start = 0;
    for (let i = 0; i < at; i++)
      if (this.text.charCodeAt(i) === 0x0a) {
        line++;
        start = i + 1;
      }
    return { line, position: at - start + 1 };
  }

  private get container(): XContainer {
    return this.open.at(-1)?.element ?? this.result;
  }

  private startsWith(what: string): boolean {
    return this.text.startsWith(what, this.at);
  }

  private skipSpace(): boolean {
    const start = this.at;
    while (isSpace(this.text.charCodeAt(this.at))) this.at++;
    return this.at > start;
  }

  private declaration(): void {
    const match = DECLARATION.exec(this.text);
    if (match === null) this.fail("Syntax for an XML declaration is invalid.", 5);
    const [whole, , version, , encoding, , standalone] = match;
    if (version !== "1.0") this.fail(`Version number '${version}' is invalid.`, whole.indexOf(version!));
    this.result.xmlDeclaration = new XDeclaration("1.0", encoding ?? null, standalone ?? null);
    this.at = whole.length;
  }

  /** Text up to a position. */
  private characters(end: number): void {
    const raw = this.text.slice(this.at, end);
    const scope = this.open.at(-1);
    if (scope === undefined) {
      const wrong = /[^ \t\r\n]/.exec(raw);
      if (wrong !== null) this.fail("Data at the root level is invalid.", this.at + wrong.index);
      this.at = end;
      return;
    }
    const cdataEnd = raw.indexOf("]]>");
    if (cdataEnd >= 0) this.fail("']]>' is not allowed in character data.", this.at + cdataEnd);
    const value = this.expand(raw, this.at);
    this.at = end;
    if (!scope.preserve && !/[^ \t\r\n]/.test(value)) return;
    this.node(new XText(value));
  }

  private node(node: XText | XComment | XProcessingInstruction | XDocumentType | XElement): void {
    this.run.allocate(Weight.node);
    this.container.append(node);
  }

  /** Replaces references and unifies line ends. `from` is where the text stands, for messages. */
  private expand(raw: string, from: number): string {
    const text = raw.includes("\r") ? raw.replace(/\r\n?/g, "\n") : raw;
    if (!text.includes("&")) return text;
    let result = "";
    let done = 0;
    for (let at = text.indexOf("&"); at >= 0; at = text.indexOf("&", done)) {
      this.run.step();
      this.run.allocate(Weight.part);
      REFERENCE.lastIndex = at + 1;
      const name = REFERENCE.exec(text)![0];
      const end = at + 1 + name.length;
      if (text.charCodeAt(end) !== SEMICOLON) this.fail("An error occurred while parsing EntityName.", from + at + 1);
      result += text.slice(done, at) + this.referred(name, from + at + 1);
      done = end + 1;
    }
    return result + text.slice(done);
  }

  private referred(name: string, at: number): string {
    if (name.startsWith("#")) return this.charReference(name, at);
    const value = ENTITIES.get(name);
    if (value === undefined) this.fail(`Reference to undeclared entity '${name}'.`, at);
    return value;
  }

  private charReference(name: string, at: number): string {
    const match = /^#(?:x([0-9a-fA-F]{1,8})|([0-9]{1,10}))$/.exec(name);
    if (match === null) this.fail("Invalid syntax for a decimal or hexadecimal numeric entity reference.", at);
    const code = match[1] === undefined ? Number(match[2]) : Number.parseInt(match[1], 16);
    const char = code <= 0x10ffff ? String.fromCodePoint(code) : "\0";
    if (findInvalid(char) !== null) this.fail(invalidChar(char), at + 1);
    return char;
  }

  private markup(): void {
    if (this.startsWith("</")) this.endTag();
    else if (this.startsWith("<!--")) this.comment();
    else if (this.startsWith("<![CDATA[")) this.cdata();
    else if (this.startsWith("<?")) this.instruction();
    else if (this.startsWith("<!DOCTYPE")) this.documentType();
    else this.startTag();
  }

  private until(end: string, what: string): string {
    const found = this.text.indexOf(end, this.at);
    if (found < 0) this.fail(`Unexpected end of file while parsing ${what} has occurred.`, this.text.length);
    const content = this.text.slice(this.at, found);
    this.at = found + end.length;
    return content.includes("\r") ? content.replace(/\r\n?/g, "\n") : content;
  }

  private comment(): void {
    this.at += 4;
    const start = this.at;
    const content = this.until("-->", "Comment");
    const dashes = `${content}-`.indexOf("--");
    if (dashes >= 0) this.fail("An XML comment cannot contain '--', and '-' cannot be the last character.", start + dashes + 1);
    this.node(new XComment(content));
  }

  private cdata(): void {
    if (this.open.length === 0) this.fail("Data at the root level is invalid.");
    this.at += 9;
    this.node(new XCData(this.until("]]>", "CDATA")));
  }

  private instruction(): void {
    this.at += 2;
    const start = this.at;
    const target = this.ncName();
    if (target.toLowerCase() === "xml")
      this.fail(
        target === "xml"
          ? "Unexpected XML declaration. The XML declaration must be the first node in the document, and no white space characters are allowed to appear before it."
          : `'${target}' is an invalid name for processing instructions.`,
        start,
      );
    const hasSpace = this.skipSpace();
    if (!hasSpace && !this.startsWith("?>")) this.unexpected("?>");
    this.node(new XProcessingInstruction(target, this.until("?>", "PI")));
  }

  private documentType(): void {
    if (this.open.length > 0 || this.result.rootElement !== null || this.result.documentType !== null)
      this.fail("Unexpected DTD declaration.");
    this.at += 9;
    if (!this.skipSpace()) this.unexpected(" ");
    const name = this.ncName();
    this.skipSpace();
    EXTERNAL.lastIndex = this.at;
    const [whole, publicId, systemId, onlySystem] = EXTERNAL.exec(this.text) ?? [""];
    this.at += whole.length;
    this.skipSpace();
    if (this.startsWith("["))
      this.fail(
        "For security reasons DTD is prohibited in this XML document. To enable DTD processing set the DtdProcessing property on XmlReaderSettings to Parse and pass the settings into XmlReader.Create method.",
      );
    this.expect(">");
    const unquote = (text: string | undefined): string | null => text?.slice(1, -1) ?? null;
    this.node(new XDocumentType(name, unquote(publicId), unquote(systemId ?? onlySystem), ""));
  }

  private endTag(): void {
    const start = this.at + 2;
    this.at = start;
    const tag = this.qualified();
    const scope = this.open.pop();
    if (scope === undefined) this.fail("Unexpected end tag.", start);
    const name = tag.prefix === "" ? tag.local : `${tag.prefix}:${tag.local}`;
    if (scope.tag !== name) {
      const { line, position } = this.placeOf(scope.at);
      this.fail(
        `The '${scope.tag}' start tag on line ${line} position ${position} does not match the end tag of '${name}'.`,
        start,
      );
    }
    this.skipSpace();
    this.expect(">");
    if (!scope.element.hasContent) scope.element.insert("", null, this.run);
  }

  private startTag(): void {
    const { text } = this;
    const start = ++this.at;
    const { prefix, local } = this.qualified();
    if (this.open.length === 0 && this.result.rootElement !== null) this.fail("There are multiple root elements.", start);
    if (this.open.length >= DEEPEST) throw new LimitError("depth", `XML elements are nested more than ${DEEPEST} deep.`);
    const raw: RawAttribute[] = [];
    for (;;) {
      const hasSpace = this.skipSpace();
      const c = text[this.at];
      if (c === ">" || c === "/" || c === undefined) break;
      if (!hasSpace) this.fail(`'${c}' is an unexpected token. Expecting white space.`);
      this.run.step();
      this.run.allocate(Weight.node);
      raw.push(this.attribute());
    }
    const isEmpty = text[this.at] === "/";
    if (isEmpty) this.at++;
    if (this.at >= text.length) this.fail("Unexpected end of file has occurred.");
    this.expect(">");
    this.openElement(prefix, local, start, raw, isEmpty);
  }

  private openElement(prefix: string, local: string, at: number, raw: readonly RawAttribute[], isEmpty: boolean): void {
    const outer = this.open.at(-1);
    const bindings = this.bind(raw, outer?.bindings ?? OUTERMOST);
    const element = new XElement(new XName(this.resolve(bindings, prefix, at), local));
    const seen = new Set<string>();
    let preserve = outer?.preserve ?? this.preserve;
    for (const piece of raw) {
      this.run.step();
      const isDeclaration = piece.prefix === "" && piece.local === "xmlns";
      const namespace = piece.prefix === "" ? "" : this.resolve(bindings, piece.prefix, piece.at);
      const name = new XName(namespace, piece.local);
      if (seen.has(name.toText()))
        this.fail(
          `'${piece.prefix === "" ? piece.local : `${piece.prefix}:${piece.local}`}' is a duplicate attribute name.`,
          piece.at,
        );
      seen.add(name.toText());
      if (namespace === XML_NAMESPACE && piece.local === "space") preserve = piece.value === "preserve" || this.preserve;
      if (isDeclaration && piece.value === XMLNS_NAMESPACE) this.fail("Invalid namespace declaration.", piece.at);
      element.appendAttribute(new XAttribute(name, piece.value));
    }
    this.node(element);
    const tag = prefix === "" ? local : `${prefix}:${local}`;
    if (!isEmpty) this.open.push({ tag, at, preserve, bindings, element });
  }

  /** The namespaces in force inside an element. */
  private bind(raw: readonly RawAttribute[], outer: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
    let bindings: Map<string, string> | null = null;
    for (const piece of raw) {
      const isDefault = piece.prefix === "" && piece.local === "xmlns";
      if (!isDefault && piece.prefix !== "xmlns") continue;
      if (!isDefault) {
        if (piece.value === "") this.fail("Invalid namespace declaration.", piece.at);
        if (piece.local === "xmlns" || (piece.local === "xml") !== (piece.value === XML_NAMESPACE))
          this.fail(
            `Prefix "${piece.local}" is reserved for use by XML and can be mapped only to namespace name "${XML_NAMESPACE}".`,
            piece.at,
          );
      } else if (piece.value === XML_NAMESPACE) this.fail("Invalid namespace declaration.", piece.at);
      bindings ??= new Map(outer);
      bindings.set(isDefault ? "" : piece.local, piece.value);
    }
    if (bindings !== null) this.run.allocate(bindings.size * Weight.entry);
    return bindings ?? outer;
  }

  private resolve(bindings: ReadonlyMap<string, string>, prefix: string, at: number): string {
    if (prefix === "xmlns") return XMLNS_NAMESPACE;
    const namespace = bindings.get(prefix);
    if (namespace === undefined) this.fail(`'${prefix}' is an undeclared prefix.`, at);
    return namespace;
  }

  private attribute(): RawAttribute {
    const at = this.at;
    const { prefix, local } = this.qualified();
    this.skipSpace();
    this.expect("=");
    this.skipSpace();
    const quote = this.text[this.at];
    if (quote !== '"' && quote !== "'") this.unexpected("\"' or ''");
    const end = this.text.indexOf(quote!, this.at + 1);
    if (end < 0) this.fail("There is an unclosed literal string.", this.text.length);
    const start = this.at + 1;
    const raw = this.text.slice(start, end);
    const less = raw.indexOf("<");
    if (less >= 0) this.fail("'<', hexadecimal value 0x3C, is an invalid attribute character.", start + less);
    this.at = end + 1;
    return { prefix, local, value: this.expand(raw.replace(/\r\n|[\t\r\n]/g, " "), start), at };
  }

  private qualified(): { readonly prefix: string; readonly local: string } {
    const first = this.ncName();
    if (this.text[this.at] !== ":") return { prefix: "", local: first };
    this.at++;
    const local = this.ncName();
    if (this.text[this.at] === ":") this.fail(invalidName(":", false));
    return { prefix: first, local };
  }

  private ncName(): string {
    ncName.lastIndex = this.at;
    const name = ncName.exec(this.text)?.[0];
    const code = this.text.codePointAt(this.at + (name?.length ?? 0));
    if (name === undefined) {
      if (code === undefined) this.fail("Unexpected end of file has occurred.");
      this.fail(invalidName(String.fromCodePoint(code), true));
    }
    this.at += name.length;
    if (code !== undefined && !END_OF_NAME.test(String.fromCodePoint(code)))
      this.fail(invalidName(String.fromCodePoint(code), false));
    return name;
  }

  private expect(token: string): void {
    if (!this.startsWith(token)) this.unexpected(token);
    this.at += token.length;
  }

  private unexpected(expected: string): never {
    const c = this.text[this.at];
    if (c === undefined) this.fail("Unexpected end of file has occurred.");
    this.fail(`'${c}' is an unexpected token. The expected token is '${expected}'.`);
  }
}

const REFERENCE = /[^;&<\s]*/y;
const SEMICOLON = 59;
const END_OF_NAME = /^[\s:=/>?"'[<;]$/;
const EXTERNAL = /(?:PUBLIC\s+("[^"]*"|'[^']*')\s+("[^"]*"|'[^']*')|SYSTEM\s+("[^"]*"|'[^']*'))/y;
const DECLARATION =
  /^<\?xml\s+version\s*=\s*(["'])([^"']*)\1(?:\s+encoding\s*=\s*(["'])([A-Za-z][\w.-]*)\3)?(?:\s+standalone\s*=\s*(["'])(yes|no)\5)?\s*\?>/;

function isSpace(code: number): boolean {
  return code === 32 || code === 10 || code === 13 || code === 9;
}
