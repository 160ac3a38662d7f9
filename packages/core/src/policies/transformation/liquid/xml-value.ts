import { toUpper } from "@turnpike/expressions/values";
import type { XmlNode } from "../../bodies/xml.js";
import { Keyed, Pair } from "./values.js";

/** What elements marked xsi:nil are. */
type Nil = "blank" | "null";

const XSI = "http://www.w3.org/2001/XMLSchema-instance";

/** A document: its root is a member. */
export function documentValue(root: XmlNode, nil: Nil): unknown {
  return new ElementValue([root], nil);
}

/** A leaf is its text; an element with children leads to them by name, and is the list of them. Attributes cannot be reached. */
function elementValue(node: XmlNode, nil: Nil): unknown {
  if (isNil(node)) return nil === "null" ? null : "";
  const children = node.content.filter((item) => typeof item !== "string");
  return children.length === 0 ? node.content.join("") : new ElementValue(children, nil);
}

/** The children of an element. Values are made when they are asked for: most of a body never is. */
class ElementValue extends Keyed {
  private readonly values: unknown[] = [];
  private made: readonly unknown[] | null = null;
  private byName: ReadonlyMap<string, readonly number[]> | null = null;

  constructor(
    private readonly children: readonly XmlNode[],
    private readonly nil: Nil,
  ) {
    super();
  }

  /** All children, in order. */
  get items(): readonly unknown[] {
    this.made ??= this.children.map((_, i) => this.value(i));
    return this.made;
  }

  get count(): number {
    return this.index.size;
  }

  has(key: string): boolean {
    return this.index.has(toUpper(key));
  }

  /** The child of that name; a list of them where there are several. */
  get(key: string): unknown {
    const found = this.index.get(toUpper(key)) ?? [];
    return found.length > 1 ? found.map((i) => this.value(i)) : found.length === 1 ? this.value(found[0]!) : null;
  }

  *pairs(): Iterable<Pair> {
    for (const [name, [first]] of this.index) yield new Pair(localName(this.children[first!]!.name), this.get(name), true);
  }

  private value(i: number): unknown {
    if (!(i in this.values)) this.values[i] = elementValue(this.children[i]!, this.nil);
    return this.values[i];
  }

  private get index(): ReadonlyMap<string, readonly number[]> {
    if (this.byName !== null) return this.byName;
    const byName = new Map<string, number[]>();
    for (const [i, { name }] of this.children.entries()) {
      const key = toUpper(localName(name));
      const known = byName.get(key);
      if (known === undefined) byName.set(key, [i]);
      else known.push(i);
    }
    this.byName = byName;
    return byName;
  }
}

function isNil(node: XmlNode): boolean {
  for (const [name, value] of node.attributes) {
    if (localName(name) !== "nil" || !name.includes(":") || (value !== "true" && value !== "1")) continue;
    const declared = node.attributes.get(`xmlns:${name.slice(0, name.indexOf(":"))}`);
    return declared === undefined || declared === XSI;
  }
  return false;
}

function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}
