import type { XmlBody, XmlNode } from "../bodies/xml.js";

/** What xml-to-json is told by its attributes. */
export interface XmlToJsonOptions {
  /** `direct` mirrors the document; `javascript-friendly` leaves out the marks of attributes and the namespace declarations. */
  readonly kind: "direct" | "javascript-friendly";
  /** Child elements are always lists. */
  readonly alwaysArray: boolean;
  /** Texts of nothing but blanks: true keeps them beside elements, false leaves them out everywhere; null keeps them where they stand alone. */
  readonly blanks: boolean | null;
  /** An empty element is the empty text, not null. */
  readonly keepsEmpty: boolean;
  /** Blanks round texts are left out. */
  readonly trims: boolean;
}

/** XML as JSON text. All values are texts; prefixes are kept, with `$` for their colon. */
export function toJsonText({ declaration, root }: XmlBody, options: XmlToJsonOptions): string {
  const writer = new Writer(options);
  const document = new Map<string, string>();
  if (options.kind === "direct")
    for (const [name, value] of declaration) document.set(JSON.stringify(name), JSON.stringify(value));
  document.set(writer.name(root.name), writer.element(root));
  return objectText(document);
}

class Writer {
  private readonly isDirect: boolean;
  private readonly alwaysArray: boolean;
  private readonly empty: string;
  /** Names of elements as they are written. */
  private readonly names = new Map<string, string>();

  constructor(private readonly options: XmlToJsonOptions) {
    const { kind, alwaysArray, keepsEmpty } = options;
    this.empty = keepsEmpty ? '""' : "null";
    this.isDirect = kind === "direct";
    this.alwaysArray = alwaysArray;
  }

  /** An element's name, or an attribute's, in quotes. @param mark what stands before it */
  name(name: string, mark = ""): string {
    const key = mark + name;
    let written = this.names.get(key);
    if (written === undefined) this.names.set(key, (written = JSON.stringify(mark + name.replace(":", "$"))));
    return written;
  }

  element(node: XmlNode): string {
    const content = this.kept(node.content);
    const hasElements = content.some((part) => typeof part !== "string");
    const members = this.attributes(node);
    if (!hasElements && members.size === 0) return content.length === 0 ? this.empty : JSON.stringify(content.join(""));

    const byName = new Map<string, string[]>();
    const texts: string[] = [];
    for (const part of content)
      if (typeof part !== "string") {
        const name = this.name(part.name);
        const siblings = byName.get(name);
        if (siblings === undefined) byName.set(name, [this.element(part)]);
        else siblings.push(this.element(part));
      } else if (!hasElements || this.options.blanks === true || part.trim() !== "") texts.push(JSON.stringify(part));
    for (const [name, values] of byName)
      members.set(name, values.length > 1 || this.alwaysArray ? `[${values.join(",")}]` : values[0]!);
    if (texts.length > 0)
      members.set(this.isDirect ? '"#text"' : '"text"', texts.length === 1 ? texts[0]! : `[${texts.join(",")}]`);
    return objectText(members);
  }

  private kept(content: XmlNode["content"]): XmlNode["content"] {
    const { trims, blanks } = this.options;
    if (!trims && blanks !== false) return content;
    return content
      .map((part) => (typeof part === "string" && trims ? part.trim() : part))
      .filter((part) => typeof part !== "string" || (part !== "" && (blanks !== false || part.trim() !== "")));
  }

  private attributes({ attributes }: XmlNode): Map<string, string> {
    const members = new Map<string, string>();
    for (const [name, value] of attributes) {
      if (!this.isDirect && (name === "xmlns" || name.startsWith("xmlns:"))) continue;
      members.set(this.name(name, this.isDirect ? "@" : ""), JSON.stringify(value));
    }
    return members;
  }
}

/** Members by their names in quotes. */
function objectText(members: ReadonlyMap<string, string>): string {
  return `{${Array.from(members, ([name, value]) => `${name}:${value}`).join(",")}}`;
}
