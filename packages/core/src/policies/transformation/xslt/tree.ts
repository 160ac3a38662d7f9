import type { XmlNode } from "../../bodies/xml.js";

/** The kinds of nodes of XPath. */
export type NodeKind = "root" | "element" | "attribute" | "text" | "comment" | "instruction" | "namespace";

/** Prefixes and what they stand for; the empty prefix for the default namespace. */
export type Namespaces = ReadonlyMap<string, string>;

/** The namespace of the prefix xml. */
export const XML_URI = "http://www.w3.org/XML/1998/namespace";
const NO_NAMESPACES: Namespaces = new Map([["xml", XML_URI]]);

/** A node of the XPath data model: of the document, of the stylesheet, or of a result. */
export class TreeNode {
  readonly children: TreeNode[] = [];
  readonly attributes: TreeNode[] = [];
  parent: TreeNode | null = null;
  /** In scope; the parent's own map where nothing is declared. */
  namespaces: Namespaces = NO_NAMESPACES;
  /** Place in document order; of nodes of one tree only. */
  order = 0;
  /** Texts that are written without escapes. */
  isRaw = false;

  constructor(
    readonly kind: NodeKind,
    readonly prefix = "",
    /** Local name; the target of an instruction, the prefix of a namespace. */
    readonly local = "",
    readonly uri = "",
    /** Of attributes, texts, comments, instructions and namespaces. */
    public value = "",
  ) {}

  get name(): string {
    return this.prefix === "" ? this.local : `${this.prefix}:${this.local}`;
  }

  get top(): TreeNode {
    let node: TreeNode = this;
    while (node.parent !== null) node = node.parent;
    return node;
  }

  append(child: TreeNode): void {
    child.parent = this;
    this.children.push(child);
  }

  /** The string value (XPath 1.0, section 5). */
  text(): string {
    if (this.kind !== "root" && this.kind !== "element") return this.value;
    const parts: string[] = [];
    const pending: TreeNode[] = [...this.children].reverse();
    for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
      if (node.kind === "text") parts.push(node.value);
      for (let i = node.children.length - 1; i >= 0; i--) pending.push(node.children[i]!);
    }
    return parts.join("");
  }

  attribute(local: string, uri = ""): string | null {
    return this.attributes.find((attribute) => attribute.local === local && attribute.uri === uri)?.value ?? null;
  }
}

/** A prefix that stands for nothing where it is used. */
export class UnknownPrefixError extends SyntaxError {
  constructor(prefix: string) {
    super(`The prefix ${prefix} is not declared.`);
  }
}

/** A name as its prefix, which may be empty, and its local part. */
export function splitName(name: string): readonly [prefix: string, local: string] {
  const colon = name.indexOf(":");
  return colon < 0 ? ["", name] : [name.slice(0, colon), name.slice(colon + 1)];
}

/** The tree of what was read, with its namespaces resolved. Throws UnknownPrefixError. */
export function treeOf(root: XmlNode): TreeNode {
  const top = new TreeNode("root");
  let order = 1;
  const element = (read: XmlNode, parent: TreeNode): void => {
    if (read.name === "#comment" || read.name.startsWith("?")) {
      const text = String(read.content[0] ?? "");
      const node =
        read.name === "#comment"
          ? new TreeNode("comment", "", "", "", text)
          : new TreeNode("instruction", "", read.name.slice(1), "", text);
      node.order = order++;
      parent.append(node);
      return;
    }
    let namespaces = parent.namespaces;
    for (const [name, value] of read.attributes)
      if (name === "xmlns" || name.startsWith("xmlns:")) {
        if (namespaces === parent.namespaces) namespaces = new Map(parent.namespaces);
        (namespaces as Map<string, string>).set(name === "xmlns" ? "" : name.slice(6), value);
      }
    const resolve = (prefix: string): string => {
      const uri = namespaces.get(prefix);
      if (uri === undefined && prefix !== "") throw new UnknownPrefixError(prefix);
      return uri ?? "";
    };
    const [prefix, local] = splitName(read.name);
    const node = new TreeNode("element", prefix, local, resolve(prefix));
    node.namespaces = namespaces;
    node.order = order++;
    parent.append(node);
    for (const [name, value] of read.attributes) {
      if (name === "xmlns" || name.startsWith("xmlns:")) continue;
      const [attributePrefix, attributeLocal] = splitName(name);
      const uri = attributePrefix === "" ? "" : resolve(attributePrefix);
      const attribute = new TreeNode("attribute", attributePrefix, attributeLocal, uri, value);
      attribute.parent = node;
      attribute.order = order++;
      node.attributes.push(attribute);
    }
    for (const part of read.content)
      if (typeof part === "string") {
        const text = new TreeNode("text", "", "", "", part);
        text.order = order++;
        node.append(text);
      } else element(part, node);
  };
  element(root, top);
  return top;
}

/** Numbers the nodes of a tree that was built piece by piece. */
export function numberTree(top: TreeNode): void {
  let order = 0;
  const visit = (node: TreeNode): void => {
    node.order = order++;
    for (const attribute of node.attributes) attribute.order = order++;
    for (const child of node.children) visit(child);
  };
  visit(top);
}
