import { raise } from "../../runtime/exceptions.js";
import { type CallSite, defineType, type TypeDeclaration, withCall } from "../../types/declare.js";
import { enumerate } from "../object.js";
import type { JContainer } from "./container.js";
import { childAt } from "./indexing.js";
import type { JObject } from "./object.js";
import { ancestors, enumerableTokens, type JEnumerable, linqType } from "./sequences.js";
import { JToken } from "./token.js";
import { ofType } from "./token-members.js";
import { valueAs } from "./token-values.js";
import { LINQ, SEQUENCE, TOKEN } from "./type-names.js";

type Source = unknown;

const TOKENS = `this ${SEQUENCE}<${TOKEN}> source`;
const CONTAINERS = `this ${SEQUENCE}<${LINQ}.JContainer> source`;
const RESULT = `${LINQ}.IJEnumerable<${TOKEN}>`;

function from<T extends JToken>(source: Source): Iterable<T> {
  if (source === null) throw raise.argumentNull("source");
  return enumerate(source) as Iterable<T>;
}

function* flatMap<T extends JToken>(source: Source, items: (token: T) => Iterable<unknown>): Generator<unknown> {
  for (const token of from<T>(source)) yield* items(token);
}

const all =
  <T extends JToken>(items: (token: T) => Iterable<unknown>) =>
  (site: CallSite, source: Source) => {
    from(source);
    return enumerableTokens(site, linqType(site, "JToken"), () => flatMap<T>(source, items));
  };

/** The children of each token, or with a key that child of each; absent ones are left out. */
function* values(source: Source, key: unknown): Generator<JToken> {
  for (const token of from<JToken>(source)) {
    if (key === null) {
      if ("kind" in token) yield token;
      else yield* token as unknown as Iterable<JToken>;
    } else {
      const child = childAt(token, key);
      if (child !== null) yield child;
    }
  }
}

function valuesAs(site: CallSite, source: Source, key: unknown): JEnumerable {
  from(source);
  const type = site.typeArguments[0]!;
  return enumerableTokens(site, type, function* () {
    for (const token of values(source, key)) yield valueAs(site, token, type);
  });
}

function value(site: CallSite, source: Source, type: CallSite["typeArguments"][number]): unknown {
  if (source === null) throw raise.argumentNull("value");
  if (!(source instanceof JToken)) throw raise.argument("Source value must be a JToken.");
  return valueAs(site, source, type);
}

function* childrenOf(source: Source): Generator<JToken> {
  for (const token of from<JToken>(source)) yield* token as unknown as Iterable<JToken>;
}

/** Newtonsoft.Json.Linq.Extensions. */
export const extensionsType: TypeDeclaration = defineType(`static class ${LINQ}.Extensions`, {
  [`static ${RESULT} Ancestors(${TOKENS})`]: withCall(all((token) => ancestors(token, false))),
  [`static ${RESULT} AncestorsAndSelf(${TOKENS})`]: withCall(all((token) => ancestors(token, true))),
  [`static ${RESULT} Descendants(${CONTAINERS})`]: withCall(all<JContainer>((token) => token.descendants(null))),
  [`static ${RESULT} DescendantsAndSelf(${CONTAINERS})`]: withCall(all<JContainer>((token) => token.descendants(null, true))),
  [`static ${LINQ}.IJEnumerable<JProperty> Properties(this ${SEQUENCE}<${LINQ}.JObject> source)`]: withCall(
    (site, source: Source) => {
      from(source);
      return enumerableTokens(site, linqType(site, "JProperty"), () => flatMap<JObject>(source, (object) => object.children));
    },
  ),
  [`static ${RESULT} Values(${TOKENS}, object key)`]: withCall((site, source: Source, key: unknown) => {
    from(source);
    return enumerableTokens(site, linqType(site, "JToken"), () => values(source, key));
  }),
  [`static ${RESULT} Values(${TOKENS})`]: withCall((site, source: Source) => {
    from(source);
    return enumerableTokens(site, linqType(site, "JToken"), () => values(source, null));
  }),
  [`static ${SEQUENCE}<U> Values<U>(${TOKENS}, object key)`]: withCall(valuesAs),
  [`static ${SEQUENCE}<U> Values<U>(${TOKENS})`]: withCall((site, source: Source) => valuesAs(site, source, null)),
  [`static U Value<U>(this ${SEQUENCE}<${TOKEN}> value)`]: withCall((site, source: Source) =>
    value(site, source, site.typeArguments[0]!),
  ),
  [`static U Value<T, U>(this ${SEQUENCE}<T> value)`]: withCall((site, source: Source) =>
    value(site, source, site.typeArguments[1]!),
  ),
  [`static ${RESULT} Children(${TOKENS})`]: withCall((site, source: Source) => {
    from(source);
    return enumerableTokens(site, linqType(site, "JToken"), () => childrenOf(source));
  }),
  [`static ${SEQUENCE}<U> Children<U>(${TOKENS})`]: withCall((site, source: Source) => {
    from(source);
    return ofType(site, () => childrenOf(source));
  }),
  [`static ${RESULT} AsJEnumerable(${TOKENS})`]: withCall((site, source: Source) =>
    source === null ? null : enumerableTokens(site, linqType(site, "JToken"), () => from(source)),
  ),
});

/** `IJEnumerable<T>`: tokens, and by a key those of all of them. */
export const enumerableInterfaceType: TypeDeclaration = defineType(
  `interface ${LINQ}.IJEnumerable<out T> : ${SEQUENCE}<T>`,
  {
    [`${RESULT} this[object key] { get; }`]: withCall((site, self: Source, key: unknown) =>
      enumerableTokens(site, linqType(site, "JToken"), () => values(self, key)),
    ),
  },
  { beyond: true },
);
