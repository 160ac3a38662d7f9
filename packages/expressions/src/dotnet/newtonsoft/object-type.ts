import { raise } from "../../runtime/exceptions.js";
import { type CallSite, defineType, type Reference, type TypeDeclaration, withCall } from "../../types/declare.js";
import { Enumerator } from "../collections/enumerator.js";
import { pairTypes } from "../collections/key-value-pair.js";
import { comparisonOf, equalStrings } from "../text/compare.js";
import { addContent } from "./content.js";
import { JObject, objectHeader } from "./object.js";
import { parseMember } from "./parse-member.js";
import type { JProperty } from "./property.js";
import { enumerableTokens, linqType, tokens } from "./sequences.js";
import { tokenOfValue } from "./serialize/serialize.js";
import type { JToken } from "./token.js";
import { tokenTypeName } from "./token-type.js";
import { SEQUENCE, TOKEN } from "./type-names.js";

type Token = JToken | null;
type Text = string | null;

function make(site: CallSite, content: unknown): JObject {
  const made = new JObject();
  addContent(made, 0, content, site.run);
  return made;
}

function named(self: JObject, name: Text): JProperty | null {
  return name === null ? null : self.property(name);
}

/** By a comparison: the exact name first, then the first that is equal. */
function compared(site: CallSite, self: JObject, name: Text, comparison: number): JProperty | null {
  site.run.steps(self.count >> 2);
  const exact = named(self, name);
  if (exact !== null || name === null) return exact;
  const by = comparisonOf(comparison);
  for (const property of self.children) if (equalStrings(property.name, name, by)) return property;
  return null;
}

function give(found: JProperty | null, result: Reference<Token>): boolean {
  result.value = found?.value ?? null;
  return found !== null;
}

function fromObject(site: CallSite, value: unknown): JToken {
  if (value === null) throw raise.argumentNull("o");
  const token = tokenOfValue(site, value);
  if (!(token instanceof JObject))
    throw raise.argument(`Object serialized to ${tokenTypeName(token.type)}. JObject instance expected.`);
  return token;
}

const required = (name: Text): string => {
  if (name === null) throw raise.argumentNull("propertyName");
  return name;
};

const PAIR = `System.Collections.Generic.KeyValuePair<string, ${TOKEN}>`;

/** Newtonsoft.Json.Linq.JObject. */
export const objectType: TypeDeclaration = defineType(objectHeader.header, {
  "new()": () => new JObject(),
  "new(JObject other)": withCall((site, other: JObject | null) => {
    if (other === null) throw raise.argumentNull("c");
    return other.clone(site.run);
  }),
  "new(params object[] content)": withCall(make),
  "new(object content)": withCall(make),
  "JToken this[object key] { get; set; }": {
    get: (self: JObject, key: unknown) => self.get(keyOf("Accessed", key)),
    set: withCall((site, self: JObject, key: unknown, value: Token) => self.put(keyOf("Set", key), value, site.run)),
  },
  "JToken this[string propertyName] { get; set; }": {
    get: (self: JObject, name: Text) => self.get(required(name)),
    set: withCall((site, self: JObject, name: Text, value: Token) => self.put(required(name), value, site.run)),
  },
  [`${SEQUENCE}<JProperty> Properties()`]: withCall((site, self: JObject) => tokens(site, () => self, "JProperty")),
  "JProperty Property(string name)": named,
  "JProperty Property(string name, StringComparison comparison)": withCall(compared),
  "JEnumerable<JToken> PropertyValues()": withCall((site, self: JObject) =>
    enumerableTokens(site, linqType(site, "JToken"), function* () {
      for (const property of self) yield (property as JProperty).value;
    }),
  ),
  "JToken GetValue(string propertyName)": (self: JObject, name: Text) => named(self, name)?.value ?? null,
  "JToken GetValue(string propertyName, StringComparison comparison)": withCall(
    (site, self: JObject, name: Text, comparison: number) => compared(site, self, name, comparison)?.value ?? null,
  ),
  "bool TryGetValue(string propertyName, out JToken value)": (self: JObject, name: Text, result: Reference<Token>) =>
    give(named(self, name), result),
  "bool TryGetValue(string propertyName, StringComparison comparison, out JToken value)": withCall(
    (site, self: JObject, name: Text, comparison: number, result: Reference<Token>) =>
      give(compared(site, self, name, comparison), result),
  ),
  "bool ContainsKey(string propertyName)": (self: JObject, name: Text) => self.property(required(name)) !== null,
  "void Add(string propertyName, JToken value)": withCall((site, self: JObject, name: Text, value: Token) => {
    if (name === null) throw raise.argumentNull("name");
    self.addNew(name, value, site.run);
  }),
  "bool Remove(string propertyName)": withCall((site, self: JObject, name: Text) => {
    site.run.steps(self.count >> 4);
    return name !== null && self.remove(name);
  }),
  "static JObject Parse(string json)": parseMember("JObject"),
  "static JObject FromObject(object o)": withCall(fromObject),
  [`System.Collections.Generic.IEnumerator<${PAIR}> GetEnumerator()`]: withCall((site, self: JObject) => {
    const { scope } = site;
    const types = pairTypes([scope.find("System.String")!, linqType(site, "JToken")]);
    const pair = scope.construct(scope.find("System.Collections.Generic.KeyValuePair", 2)!, types);
    return new Enumerator(pair, self.itemsAs(pair), site.run);
  }),
});

function keyOf(verb: string, key: unknown): string {
  if (key === null) throw raise.argumentNull("key");
  if (typeof key !== "string")
    throw raise.argument(`${verb} JObject values with invalid key value: ${String(key)}. Object property name expected.`);
  return key;
}
