import { type CallSite, defineType, type TypeDeclaration } from "../../types/declare.js";
import type { NetType } from "../../types/net-type.js";
import { NetEnumerable } from "../../types/values.js";
import { LazySequence } from "../linq/index.js";
import type { JToken } from "./token.js";
import { LINQ } from "./type-names.js";

/** Newtonsoft.Json.Linq.JEnumerable: tokens, enumerated anew each time. */
export class JEnumerable extends NetEnumerable {
  constructor(
    override readonly elementType: NetType,
    readonly items: () => Iterable<unknown>,
  ) {
    super();
  }

  override get declaration(): TypeDeclaration {
    return enumerableType;
  }

  override get typeArguments(): readonly NetType[] {
    return [this.elementType];
  }

  override [Symbol.iterator](): Iterator<unknown> {
    return this.items()[Symbol.iterator]();
  }
}

/** `JEnumerable<T>`, as expressions know it. */
export const enumerableType: TypeDeclaration = defineType(
  `struct ${LINQ}.JEnumerable<T> : ${LINQ}.IJEnumerable<T>`,
  {},
  { beyond: true },
);

/** A type of this library by its short name. */
export function linqType(site: CallSite, name: string): NetType {
  return site.scope.find(`${LINQ}.${name}`)!;
}

function* charged(site: CallSite, items: Iterable<unknown>): Generator<unknown> {
  for (const item of items) {
    site.run.step();
    yield item;
  }
}

/** Tokens of a class, as `IEnumerable<JToken>`. */
export function tokens(site: CallSite, items: () => Iterable<unknown>, name = "JToken"): LazySequence {
  return new LazySequence(linqType(site, name), () => charged(site, items()));
}

/** Tokens of a class, as `JEnumerable<T>`. */
export function enumerableTokens(site: CallSite, type: NetType, items: () => Iterable<unknown>): JEnumerable {
  return new JEnumerable(type, () => charged(site, items()));
}

/** Ancestors from the inside out. */
export function* ancestors(token: JToken, includeSelf: boolean): Generator<JToken> {
  for (let at: JToken | null = includeSelf ? token : token.parent; at !== null; at = at.parent) yield at;
}

/** Siblings after or before a token, in document order. */
export function* siblings(token: JToken, after: boolean): Generator<JToken> {
  const { parent } = token;
  if (parent === null) return;
  if (after) for (let at = token.next; at !== null; at = at.next) yield at;
  else for (let at: JToken | null = parent.children[0] ?? null; at !== null && at !== token; at = at.next) yield at;
}
