import { raise } from "../../runtime/exceptions.js";
import { type CallSite, defineType, type TypeDeclaration, withCall } from "../../types/declare.js";
import type { NetArray } from "../../types/values.js";
import { annotationMembers } from "../annotations.js";
import type { NetTypeObject } from "../type.js";
import { addContent } from "./content.js";
import { JTokenEqualityComparer } from "./equality-comparer.js";
import { childAt, classOf, setChildAt } from "./indexing.js";
import { parseMember } from "./parse-member.js";
import { select, selectOne } from "./path/select.js";
import { ancestors, enumerableTokens, linqType, siblings, tokens } from "./sequences.js";
import { deserialize } from "./serialize/deserialize.js";
import { tokenOfValue } from "./serialize/serialize.js";
import type { JToken } from "./token.js";
import { explicitConversions, implicitConversions } from "./token-conversions.js";
import { valueAs } from "./token-values.js";
import { LINQ, SEQUENCE, TOKEN } from "./type-names.js";
import { writeJson } from "./writer.js";

type Token = JToken | null;

const hasNoParent = () => raise.invalidOperation("The parent is missing.");

function addBeside(site: CallSite, self: JToken, content: unknown, offset: number): void {
  if (self.parent === null) throw hasNoParent();
  addContent(self.parent, self.index + offset, content, site.run);
}

/** `ToString(formatting)`. Charged as it grows. */
export const toJson = withCall((site: CallSite, self: JToken, formatting: number, _converters: NetArray | null) =>
  writeJson(self, formatting === 1, site.run),
);

/** Tokens of the type argument among some. */
export function ofType(site: CallSite, items: () => Iterable<JToken>) {
  const type = site.typeArguments[0]!;
  return enumerableTokens(site, type, function* () {
    for (const item of items()) if (isOf(site, item, type)) yield item;
  });
}

function isOf(site: CallSite, token: JToken, type: CallSite["typeArguments"][number]): boolean {
  return site.scope.find(classOf(token))?.isAssignableTo(type) ?? false;
}

const children = (self: JToken) => () => self as Iterable<JToken>;

/** `JToken`, as expressions know it. */
export const tokenType: TypeDeclaration = defineType(`abstract class ${TOKEN} : ${LINQ}.IJEnumerable<${TOKEN}>`, {
  ...annotationMembers,
  "JContainer Parent { get; }": (self: JToken) => self.parent,
  "JToken Root { get; }": (self: JToken) => self.root,
  "JTokenType Type { get; }": (self: JToken) => self.type,
  "bool HasValues { get; }": (self: JToken) => self.hasValues,
  "JToken Next { get; }": (self: JToken) => self.next,
  "JToken Previous { get; }": (self: JToken) => self.previous,
  "string Path { get; }": withCall((site, self: JToken) => {
    const { path } = self;
    site.run.allocate(path.length);
    return path;
  }),
  "JToken First { get; }": (self: JToken) => edge(self, 0),
  "JToken Last { get; }": (self: JToken) => edge(self, -1),
  "JToken this[object key] { get; set; }": {
    get: childAt,
    set: withCall((site, self: JToken, key: unknown, value: Token) => setChildAt(self, key, value, site.run)),
  },
  "T Value<T>(object key)": withCall((site, self: JToken, key: unknown) =>
    valueAs(site, childAt(self, key), site.typeArguments[0]!),
  ),
  [`${SEQUENCE}<T> Values<T>()`]: withCall((site, self: JToken) => {
    if (!("count" in self)) throw raise.invalidOperation(`Cannot access child value on ${classOf(self)}.`);
    const type = site.typeArguments[0]!;
    return enumerableTokens(site, type, function* () {
      for (const child of children(self)()) yield valueAs(site, child, type);
    });
  }),
  "JEnumerable<JToken> Children()": withCall((site, self: JToken) =>
    enumerableTokens(site, linqType(site, "JToken"), children(self)),
  ),
  "JEnumerable<T> Children<T>()": withCall((site, self: JToken) => ofType(site, children(self))),
  [`${SEQUENCE}<JToken> Ancestors()`]: withCall((site, self: JToken) => tokens(site, () => ancestors(self, false))),
  [`${SEQUENCE}<JToken> AncestorsAndSelf()`]: withCall((site, self: JToken) => tokens(site, () => ancestors(self, true))),
  [`${SEQUENCE}<JToken> AfterSelf()`]: withCall((site, self: JToken) => tokens(site, () => siblings(self, true))),
  [`${SEQUENCE}<JToken> BeforeSelf()`]: withCall((site, self: JToken) => tokens(site, () => siblings(self, false))),

  "void AddAfterSelf(object content)": withCall((site, self: JToken, content: unknown) => addBeside(site, self, content, 1)),
  "void AddBeforeSelf(object content)": withCall((site, self: JToken, content: unknown) => addBeside(site, self, content, 0)),
  "void Remove()": withCall((site, self: JToken) => {
    if (self.parent === null) throw hasNoParent();
    site.run.steps(self.parent.count >> 4);
    self.parent.removeAt(self.index);
  }),
  "void Replace(JToken value)": withCall((site, self: JToken, value: Token) => {
    if (self.parent === null) throw hasNoParent();
    self.parent.replaceAt(self.index, value ?? tokenOfValue(site, null), site.run);
  }),

  "string ToString()": withCall((site, self: JToken) => textOf(site, self)),
  "string ToString(Newtonsoft.Json.Formatting formatting, params Newtonsoft.Json.JsonConverter[] converters)": toJson,
  "JToken DeepClone()": withCall((site, self: JToken) => self.clone(site.run)),
  "static bool DeepEquals(JToken t1, JToken t2)": withCall((site, a: Token, b: Token) =>
    a === null || b === null ? a === b : a === b || a.deepEquals(b, site.run),
  ),
  "static JTokenEqualityComparer EqualityComparer { get; }": withCall((site) => new JTokenEqualityComparer(site.run)),
  "JToken SelectToken(string path)": withCall((site, self: JToken, path: string | null) => selectOne(site, self, path, false)),
  "JToken SelectToken(string path, bool errorWhenNoMatch)": withCall(
    (site, self: JToken, path: string | null, errorWhenNoMatch: boolean) => selectOne(site, self, path, errorWhenNoMatch),
  ),
  [`${SEQUENCE}<JToken> SelectTokens(string path)`]: withCall((site, self: JToken, path: string | null) =>
    select(site, self, path, false),
  ),
  [`${SEQUENCE}<JToken> SelectTokens(string path, bool errorWhenNoMatch)`]: withCall(
    (site, self: JToken, path: string | null, errorWhenNoMatch: boolean) => select(site, self, path, errorWhenNoMatch),
  ),
  "T ToObject<T>()": withCall((site, self: JToken) => deserialize(site, self, site.typeArguments[0]!, "token")),
  "object ToObject(Type objectType)": withCall((site, self: JToken, type: NetTypeObject | null) => {
    if (type === null) throw raise.argumentNull("objectType");
    return deserialize(site, self, type.type, "token", true);
  }),
  "static JToken Parse(string json)": parseMember("JToken"),
  "static JToken FromObject(object o)": withCall((site, value: unknown) => {
    if (value === null) throw raise.argumentNull("o");
    return tokenOfValue(site, value);
  }),
  ...implicitConversions(),
  ...explicitConversions(),
});

/** `ToString()`: documents indented, values as their text. */
function textOf(site: CallSite, self: JToken): string {
  if ("kind" in self) return self.toText();
  return writeJson(self, true, site.run);
}

function edge(self: JToken, at: 0 | -1): Token {
  if (!("count" in self)) throw raise.invalidOperation(`Cannot access child value on ${classOf(self)}.`);
  return self.children.at(at) ?? null;
}
