import type { NetType } from "../../types/net-type.js";
import { objectForm } from "../../types/special-types.js";
import { NetEnumerable } from "../../types/values.js";
import type { Meter } from "./meter.js";
import { JTokenType } from "./token-type.js";
import { writeJson } from "./writer.js";

/** What a token may ask of the token that it stands in. */
export interface ParentToken extends JToken {
  readonly count: number;
  /** Puts a token before the child at an index. Throws ArgumentException if the token does not belong here. */
  insertAt(index: number, token: JToken, meter: Meter): void;
  removeAt(index: number): void;
  replaceAt(index: number, token: JToken, meter: Meter): void;
}

/** Newtonsoft.Json.Linq.JToken: a node of a JSON document. Enumerating it gives its child tokens. */
export abstract class JToken extends NetEnumerable {
  parent: ParentToken | null = null;
  /** Where the token probably stands among its parent's children. */
  private place = 0;

  /** A value of JTokenType. */
  abstract get type(): number;
  /** The tokens directly below. */
  abstract get children(): readonly JToken[];
  /** A copy without a parent. */
  abstract clone(meter: Meter): JToken;
  /** As `JToken.DeepEquals`. */
  abstract deepEquals(other: JToken, meter: Meter): boolean;

  override get elementType(): NetType {
    return objectForm;
  }

  override [Symbol.iterator](): Iterator<unknown> {
    return this.children[Symbol.iterator]();
  }

  override toText(): string {
    return writeJson(this, true, null);
  }

  get hasValues(): boolean {
    return this.children.length > 0;
  }

  get root(): JToken {
    let token: JToken = this;
    while (token.parent !== null) token = token.parent;
    return token;
  }

  /** The position among the parent's children; -1 without a parent. */
  get index(): number {
    if (this.parent === null) return -1;
    const siblings = this.parent.children;
    if (siblings[this.place] !== this) {
      // What went in before it moved it on a little.
      const later = siblings.indexOf(this, this.place);
      this.place = later < 0 ? siblings.indexOf(this) : later;
    }
    return this.place;
  }

  /** Called by the parent when it puts the token at the end. */
  placedAt(parent: ParentToken, place: number): void {
    this.parent = parent;
    this.place = place;
  }

  get next(): JToken | null {
    return this.sibling(1);
  }

  get previous(): JToken | null {
    return this.sibling(-1);
  }

  private sibling(step: number): JToken | null {
    return this.parent === null ? null : (this.parent.children[this.index + step] ?? null);
  }

  /** `JToken.Path`: `a.b[0]['c d']`. */
  get path(): string {
    const parts: string[] = [];
    for (let token: JToken = this; token.parent !== null; token = token.parent) {
      const { parent } = token;
      if (token.type === JTokenType.Property) parts.push(propertyStep((token as JToken & { name: string }).name));
      else if (parent.type !== JTokenType.Property) parts.push(`[${token.index}]`);
    }
    return joinPath(parts.reverse());
  }
}

const SPECIAL = /[.\s'/"[\]()\b\\\u0085\u2028\u2029]/;

/** One step of a path by name, escaped where the name holds special characters. */
export function propertyStep(name: string): string {
  if (!SPECIAL.test(name)) return name;
  return `['${name.replace(/[\\']/g, "\\$&").replace(/\n/g, "\\n").replace(/\r/g, "\\r").replace(/\t/g, "\\t")}']`;
}

/** Joins steps to a path. */
export function joinPath(parts: readonly string[]): string {
  let path = "";
  for (const part of parts) path += path === "" || part.startsWith("[") ? part : `.${part}`;
  return path;
}
