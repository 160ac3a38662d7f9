import { chargeStep, chargeWork } from "../../runtime/current.js";
import { LimitError, raise } from "../../runtime/exceptions.js";
import { checkChars, xmlError } from "./chars.js";
import { XML_NAMESPACE, XMLNS_NAMESPACE } from "./names.js";

/** A namespace declaration in force. `implied` ones stand in an outer element, `due` ones are still to be written. */
interface Binding {
  readonly prefix: string;
  readonly namespace: string;
  state: "implied" | "due" | "written";
}

interface OpenElement {
  readonly tag: string;
  /** Bindings below this index belong to outer elements. */
  readonly bindings: number;
  /** Length of the output behind the start tag: an end tag right there needs no indentation. */
  contentStart: number;
  isTagOpen: boolean;
  /** Mixed content of the element around. */
  readonly outerMixed: boolean;
}

/** Indentation can make text much longer than the tree that it shows. */
const LONGEST = 64_000_000;
const DEEPEST = 1_000;

/**
 * Writes XML text as .NET's XmlWriter does for LINQ to XML: prefixes are looked up or made (`p1`), missing declarations added behind the
 * attributes, two blanks of indentation except in mixed content. Throws as .NET does for text that XML cannot hold.
 */
export class XmlWriter {
  private output = "";
  private readonly bindings: Binding[] = [
    { prefix: "xmlns", namespace: XMLNS_NAMESPACE, state: "implied" },
    { prefix: "xml", namespace: XML_NAMESPACE, state: "implied" },
    { prefix: "", namespace: "", state: "implied" },
  ];
  private readonly open: OpenElement[] = [];
  private isMixed = false;
  /** Length of the output behind the last text. */
  private textEnd = 0;

  constructor(
    private readonly indents: boolean,
    /** A whole document: blanks at its top do not switch indentation off inside. */
    private readonly isDocument: boolean,
  ) {}

  get text(): string {
    return this.output;
  }

  /** `prefix` null: whatever prefix the namespace has here, or none. */
  startElement(prefix: string | null, local: string, namespace: string): void {
    chargeStep();
    this.closeTag();
    this.indent();
    if (this.open.length > DEEPEST) throw new LimitError("depth", `XML elements are nested more than ${DEEPEST} deep.`);
    const used = prefix ?? this.prefixOf(namespace) ?? "";
    const tag = used === "" ? local : `${used}:${local}`;
    this.output += `<${tag}`;
    const bindings = this.bindings.length;
    this.open.push({ tag, bindings, contentStart: -1, isTagOpen: true, outerMixed: this.isMixed });
    this.bind(used, namespace);
  }

  attribute(prefix: string | null, local: string, namespace: string, value: string): void {
    if (namespace === XMLNS_NAMESPACE) return this.declaration(local === "xmlns" ? "" : local, value);
    let used = "";
    if (namespace !== "") {
      used = prefix ?? this.prefixOf(namespace) ?? "";
      if (used === "") used = this.newPrefix();
      else {
        const own = this.ownBinding(used);
        if (own !== undefined && own.namespace !== namespace) used = this.newPrefix();
      }
      this.bind(used, namespace);
    }
    this.output += ` ${used === "" ? local : `${used}:${local}`}="${escapeAttribute(value)}"`;
  }

  /** What the innermost element binds a prefix to. */
  private ownBinding(prefix: string) {
    const from = this.open.at(-1)!.bindings;
    chargeWork(this.bindings.length - from);
    return this.bindings.slice(from).findLast((binding) => binding.prefix === prefix);
  }

  private declaration(prefix: string, namespace: string): void {
    if (prefix !== "" && namespace === "") throw raise.argument("Cannot use a prefix with an empty namespace.");
    const own = this.ownBinding(prefix);
    if (own === undefined) this.bindings.push({ prefix, namespace, state: "written" });
    else if (own.namespace !== namespace) throw redefined(prefix, own.namespace, namespace);
    else own.state = "written";
    this.output += ` ${prefix === "" ? "xmlns" : `xmlns:${prefix}`}="${escapeAttribute(namespace)}"`;
  }

  /** `full`: an end tag even if there is no content. */
  endElement(full: boolean): void {
    const element = this.open.at(-1)!;
    if (element.isTagOpen && full) this.closeTag();
    this.open.pop();
    if (element.isTagOpen) {
      this.writeDue(element);
      this.output += " />";
    } else {
      if (!this.isMixed && element.contentStart !== this.output.length) this.indent();
      this.output += `</${element.tag}>`;
    }
    this.isMixed = element.outerMixed;
    this.bindings.length = element.bindings;
  }

  string(text: string): void {
    this.beforeText();
    this.output += escapeText(text);
    this.textEnd = this.output.length;
  }

  cdata(text: string): void {
    this.beforeText();
    checkChars(text);
    this.output += `<![CDATA[${lineEnds(text.replaceAll("]]>", "]]]]><![CDATA[>"))}]]>`;
    this.textEnd = this.output.length;
  }

  comment(text: string): void {
    checkChars(text);
    this.closeTag();
    this.indent();
    this.output += `<!--${lineEnds(text.replace(/-(?=-)/g, "- ").replace(/-$/, "- "))}-->`;
  }

  instruction(target: string, data: string): void {
    checkChars(data);
    this.closeTag();
    this.indent();
    this.output += `<?${target}${data === "" ? "" : ` ${lineEnds(data.replaceAll("?>", "? >"))}`}?>`;
  }

  documentType(name: string, publicId: string | null, systemId: string | null, subset: string | null): void {
    this.indent();
    const ids = publicId !== null ? `PUBLIC "${publicId}" "${systemId ?? ""}"` : systemId !== null ? `SYSTEM "${systemId}"` : "";
    this.output += `<!DOCTYPE ${name} ${ids}${subset === null ? "" : `[${subset}]`}>`;
  }

  /** The XML declaration, as `Save` writes it. */
  xmlDeclaration(encoding: string, standalone: string | null): void {
    this.output += `<?xml version="1.0" encoding="${encoding}"${standalone === null ? "" : ` standalone="${standalone}"`}?>`;
  }

  private beforeText(): void {
    this.closeTag();
    this.isMixed = true;
  }

  private indent(): void {
    if (!this.indents || this.isMixed || this.textEnd === this.output.length) return;
    this.output += `\n${"  ".repeat(this.open.length)}`;
    if (this.output.length > LONGEST) throw new LimitError("memory", `XML text would be longer than ${LONGEST} characters.`);
  }

  private closeTag(): void {
    const element = this.open.at(-1);
    if (element === undefined || !element.isTagOpen) return;
    this.writeDue(element);
    this.output += ">";
    element.isTagOpen = false;
    element.contentStart = this.output.length;
    this.isMixed = this.open.length === 1 && this.isDocument ? false : element.outerMixed;
  }

  private writeDue(element: OpenElement): void {
    for (let i = this.bindings.length - 1; i >= element.bindings; i--) {
      const { prefix, namespace, state } = this.bindings[i]!;
      if (state !== "due") continue;
      this.output += ` ${prefix === "" ? "xmlns" : `xmlns:${prefix}`}="${escapeAttribute(namespace)}"`;
    }
  }

  private prefixOf(namespace: string): string | null {
    const at = this.bindings.findLastIndex((binding) => binding.namespace === namespace);
    if (at < 0) return null;
    const { prefix } = this.bindings[at]!;
    return this.bindings.findLastIndex((binding) => binding.prefix === prefix) > at ? null : prefix;
  }

  private bind(prefix: string, namespace: string): void {
    const at = this.bindings.findLastIndex((binding) => binding.prefix === prefix);
    const existing = this.bindings[at];
    if (existing !== undefined && at >= this.open.at(-1)!.bindings) {
      if (existing.namespace !== namespace) throw redefined(prefix, existing.namespace, namespace);
      return;
    }
    this.bindings.push({ prefix, namespace, state: existing?.namespace === namespace ? "implied" : "due" });
  }

  private newPrefix(): string {
    const stem = `p${this.bindings.length - 3}`;
    const isTaken = (prefix: string) => this.bindings.some((binding) => binding.prefix === prefix);
    if (!isTaken(stem)) return stem;
    let i = 0;
    while (isTaken(stem + i)) i++;
    return stem + i;
  }
}

function redefined(prefix: string, from: string, to: string): Error {
  return xmlError(`The prefix '${prefix}' cannot be redefined from '${from}' to '${to}' within the same start element tag.`);
}

const TEXT: ReadonlyMap<string, string> = new Map([
  ["&", "&amp;"],
  ["<", "&lt;"],
  [">", "&gt;"],
  ['"', "&quot;"],
  ["\t", "&#x9;"],
  ["\n", "&#xA;"],
  ["\r", "&#xD;"],
]);

const escapeChar = (c: string): string => TEXT.get(c)!;

function lineEnds(text: string): string {
  return text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text;
}

function escapeText(text: string): string {
  checkChars(text);
  return lineEnds(/[&<>]/.test(text) ? text.replace(/[&<>]/g, escapeChar) : text);
}

/** An attribute's value as it stands between double quotes. */
export function escapeAttribute(text: string): string {
  checkChars(text);
  return /[&<>"\t\n\r]/.test(text) ? text.replace(/[&<>"\t\n\r]/g, escapeChar) : text;
}
