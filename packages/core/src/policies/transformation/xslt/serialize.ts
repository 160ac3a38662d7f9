import { type TreeNode, XML_URI } from "./tree.js";

/** What `xsl:output` says. */
export interface OutputOptions {
  readonly method: "xml" | "html" | "text" | null;
  readonly omitsDeclaration: boolean;
  readonly standalone: string | null;
  readonly indents: boolean | null;
  readonly mediaType: string | null;
  readonly doctypePublic: string | null;
  readonly doctypeSystem: string | null;
  /** Expanded names. */
  readonly cdataElements: ReadonlySet<string>;
}

/** What holds where no xsl:output is given. */
export const defaultOutput: OutputOptions = {
  method: null,
  omitsDeclaration: false,
  standalone: null,
  indents: null,
  mediaType: null,
  doctypePublic: null,
  doctypeSystem: null,
  cdataElements: new Set(),
};

const VOID = new Set([
  "area",
  "base",
  "br",
  "col",
  "hr",
  "img",
  "input",
  "link",
  "meta",
  "param",
  "frame",
  "basefont",
  "isindex",
]);
const RAW = new Set(["script", "style"]);

/** Writes a result. Throws the caller's error when it grows too long. */
export function serialize(root: TreeNode, output: OutputOptions, charge: (characters: number) => void): string {
  const first = root.children.find(({ kind }) => kind === "element");
  const isHtml =
    first !== undefined &&
    first.uri === "" &&
    first.local.toLowerCase() === "html" &&
    root.children.indexOf(first) === firstThatCounts(root);
  const method = output.method ?? (isHtml ? "html" : "xml");
  if (method === "text") {
    const text = root.text();
    charge(text.length);
    return text;
  }
  const writer = new Writer(method === "html", output, charge);
  return writer.whole(root, first ?? null);
}

function firstThatCounts(root: TreeNode): number {
  return root.children.findIndex(({ kind, value }) => kind === "element" || (kind === "text" && value.trim() !== ""));
}

class Writer {
  private readonly parts: string[] = [];
  private readonly indents: boolean;

  constructor(
    private readonly isHtml: boolean,
    private readonly output: OutputOptions,
    private readonly charge: (characters: number) => void,
  ) {
    this.indents = output.indents ?? isHtml;
  }

  whole(root: TreeNode, element: TreeNode | null): string {
    const { output } = this;
    if (!this.isHtml && !output.omitsDeclaration) {
      const standalone = output.standalone === null ? "" : ` standalone="${output.standalone}"`;
      this.put(`<?xml version="1.0" encoding="utf-8"${standalone}?>`);
      if (this.indents) this.put("\n");
    }
    for (const [i, child] of root.children.entries()) {
      if (child === element) this.doctype(element);
      if (i > 0 && this.indents && child.kind !== "text") this.put("\n");
      this.node(child, new Map([["xml", XML_URI]]), 0);
    }
    return this.parts.join("");
  }

  private doctype({ name }: TreeNode): void {
    const { doctypePublic, doctypeSystem } = this.output;
    if (doctypeSystem === null && (!this.isHtml || doctypePublic === null)) return;
    const system = doctypeSystem === null ? "" : ` "${doctypeSystem}"`;
    this.put(`<!DOCTYPE ${name}${doctypePublic === null ? ` SYSTEM${system}` : ` PUBLIC "${doctypePublic}"${system}`}>`);
    if (this.indents) this.put("\n");
  }

  private put(text: string): void {
    this.charge(text.length);
    this.parts.push(text);
  }

  private node(node: TreeNode, declared: ReadonlyMap<string, string>, depth: number): void {
    switch (node.kind) {
      case "element":
        return this.element(node, declared, depth);
      case "text":
        return this.text(node);
      case "comment":
        return this.put(`<!--${node.value}-->`);
      case "instruction":
        return this.put(`<?${node.local}${node.value === "" ? "" : ` ${node.value}`}${this.isHtml ? ">" : "?>"}`);
      default:
        return undefined;
    }
  }

  private text(node: TreeNode): void {
    const { parent, value, isRaw } = node;
    if (isRaw || (this.isHtml && parent !== null && parent.uri === "" && RAW.has(parent.local.toLowerCase())))
      return this.put(value);
    if (parent !== null && this.output.cdataElements.has(parent.uri === "" ? parent.local : `{${parent.uri}}${parent.local}`))
      return this.put(`<![CDATA[${value.replaceAll("]]>", "]]]]><![CDATA[>")}]]>`);
    return this.put(value.replace(/[&<>]/g, escapeText));
  }

  private element(node: TreeNode, outer: ReadonlyMap<string, string>, depth: number): void {
    const declared = new Map(outer);
    let tag = `<${node.name}`;
    for (const [prefix, uri] of node.namespaces) {
      if (prefix === "xml" || (declared.get(prefix) ?? "") === uri) continue;
      declared.set(prefix, uri);
      tag += ` xmlns${prefix === "" ? "" : `:${prefix}`}="${this.attribute(uri)}"`;
    }
    if (!node.namespaces.has("") && (declared.get("") ?? "") !== "" && node.uri === "" && node.prefix === "") {
      declared.set("", "");
      tag += ` xmlns=""`;
    }
    for (const { name, value } of node.attributes) tag += ` ${name}="${this.attribute(value)}"`;
    const isHtml = this.isHtml && node.uri === "";
    if (node.children.length === 0) {
      if (!isHtml) return this.put(`${tag}/>`);
      return this.put(VOID.has(node.local.toLowerCase()) ? `${tag}>` : `${tag}></${node.name}>`);
    }
    this.put(`${tag}>`);
    const isSplit = this.indents && node.children.every(({ kind }) => kind !== "text");
    for (const child of node.children) {
      if (isSplit) this.put(`\n${"  ".repeat(depth + 1)}`);
      this.node(child, declared, depth + 1);
    }
    if (isSplit) this.put(`\n${"  ".repeat(depth)}`);
    this.put(`</${node.name}>`);
  }

  private attribute(value: string): string {
    return value.replace(this.isHtml ? /[&"]/g : /[&<>"\t\n\r]/g, escapeAttribute);
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\t": "&#x9;",
  "\n": "&#xA;",
  "\r": "&#xD;",
};

const escapeText = (character: string): string => ESCAPES[character]!;
const escapeAttribute = (character: string): string => ESCAPES[character]!;
