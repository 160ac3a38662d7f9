import { TreeNode } from "./tree.js";

/** Builds a result, or the fragment that a variable holds. */
export class ResultBuilder {
  readonly root = new TreeNode("root");
  private at = this.root;

  /** @param charge is told of every character */
  constructor(private readonly charge: (characters: number) => void) {}

  text(value: string, isRaw = false): void {
    if (value === "") return;
    this.charge(value.length);
    const last = this.at.children.at(-1);
    if (last?.kind === "text" && last.isRaw === isRaw) {
      last.value += value;
      return;
    }
    const node = new TreeNode("text", "", "", "", value);
    node.isRaw = isRaw;
    this.at.append(node);
  }

  /** @param namespaces to declare besides the element's own */
  open(prefix: string, local: string, uri: string, namespaces: Iterable<readonly [string, string]> = []): void {
    this.charge(local.length + 2);
    const node = new TreeNode("element", prefix, local, uri);
    const declared = new Map(namespaces);
    if (prefix !== "" || uri !== "") declared.set(prefix, uri);
    else declared.delete("");
    node.namespaces = declared;
    this.at.append(node);
    this.at = node;
  }

  close(): void {
    this.at = this.at.parent!;
  }

  /** An attribute of the element that was opened last; a later one takes an earlier one's place. */
  attribute(prefix: string, local: string, uri: string, value: string): void {
    const element = this.at;
    // One behind the content is passed over, as processors may.
    if (element.kind !== "element" || element.children.length > 0) return;
    this.charge(local.length + value.length + 4);
    const own = uri === "" ? "" : this.declared(element, prefix, uri);
    const node = new TreeNode("attribute", own, local, uri, value);
    node.parent = element;
    const place = element.attributes.findIndex((attribute) => attribute.local === local && attribute.uri === uri);
    if (place < 0) element.attributes.push(node);
    else element.attributes[place] = node;
  }

  private declared(element: TreeNode, wanted: string, uri: string): string {
    const namespaces = element.namespaces as Map<string, string>;
    if (wanted !== "" && (namespaces.get(wanted) ?? uri) === uri) {
      namespaces.set(wanted, uri);
      return wanted;
    }
    for (const [prefix, known] of namespaces) if (prefix !== "" && known === uri) return prefix;
    let number = 0;
    while (namespaces.has(`ns${number}`)) number++;
    namespaces.set(`ns${number}`, uri);
    return `ns${number}`;
  }

  comment(value: string): void {
    this.charge(value.length + 7);
    // What a comment cannot hold.
    this.at.append(new TreeNode("comment", "", "", "", value.replaceAll("--", "- -").replace(/-$/, "- ")));
  }

  instruction(target: string, value: string): void {
    this.charge(target.length + value.length + 5);
    this.at.append(new TreeNode("instruction", "", target, "", value.replaceAll("?>", "? >").trimStart()));
  }

  /** A node with all that is in it. */
  copy(node: TreeNode): void {
    switch (node.kind) {
      case "root":
        for (const child of node.children) this.copy(child);
        break;
      case "element":
        this.open(node.prefix, node.local, node.uri, node.namespaces);
        for (const attribute of node.attributes) this.copy(attribute);
        for (const child of node.children) this.copy(child);
        this.close();
        break;
      case "text":
        this.text(node.value, node.isRaw);
        break;
      case "attribute":
        this.attribute(node.prefix, node.local, node.uri, node.value);
        break;
      case "comment":
        this.comment(node.value);
        break;
      case "instruction":
        this.instruction(node.local, node.value);
        break;
      default:
    }
  }
}
