import { raise } from "../../runtime/exceptions.js";
import { type CallSite, defineType, type TypeDeclaration, withCall } from "../../types/declare.js";
import type { NetArray } from "../../types/values.js";
import { Enumerator } from "../collections/enumerator.js";
import { copyItems } from "../collections/protocol.js";
import { arrayHeader, JArray } from "./array.js";
import { addContent } from "./content.js";
import { childAt, setChildAt } from "./indexing.js";
import { parseMember } from "./parse-member.js";
import { linqType } from "./sequences.js";
import { tokenOfValue } from "./serialize/serialize.js";
import type { JToken } from "./token.js";
import { tokenTypeName } from "./token-type.js";
import { TOKEN } from "./type-names.js";
import { JValue } from "./value.js";

type Token = JToken | null;

function make(site: CallSite, content: unknown): JArray {
  const made = new JArray();
  addContent(made, 0, content, site.run);
  return made;
}

/** Newtonsoft.Json.Linq.JArray. */
export const arrayType: TypeDeclaration = defineType(arrayHeader.header, {
  "new()": () => new JArray(),
  "new(JArray other)": withCall((site, other: JArray | null) => {
    if (other === null) throw raise.argumentNull("c");
    return other.clone(site.run);
  }),
  "new(params object[] content)": withCall(make),
  "new(object content)": withCall(make),
  "JToken this[object key] { get; set; }": {
    get: childAt,
    set: withCall((site, self: JArray, key: unknown, value: Token) => setChildAt(self, key, value, site.run)),
  },
  "JToken this[int index] { get; set; }": {
    get: (self: JArray, index: number) => self.at(index),
    set: withCall((site, self: JArray, index: number, value: Token) => setChildAt(self, index, value, site.run)),
  },
  "bool IsReadOnly { get; }": () => false,
  "int IndexOf(JToken item)": withCall((site, self: JArray, item: Token) => {
    site.run.steps(self.count >> 4);
    return self.indexOf(item);
  }),
  "void Insert(int index, JToken item)": withCall((site, self: JArray, index: number, item: Token) =>
    self.insertAt(index, item ?? JValue.ofNull(), site.run),
  ),
  "void RemoveAt(int index)": withCall((site, self: JArray, index: number) => {
    site.run.steps(self.count >> 4);
    self.removeAt(index);
  }),
  "void Add(JToken item)": withCall((site, self: JArray, item: Token) => self.append(item ?? JValue.ofNull(), site.run)),
  "void Clear()": (self: JArray) => self.clear(),
  "bool Contains(JToken item)": withCall((site, self: JArray, item: Token) => {
    site.run.steps(self.count >> 4);
    return self.containsItem(item);
  }),
  "void CopyTo(JToken[] array, int arrayIndex)": withCall((site, self: JArray, target: NetArray | null, index: number) => {
    site.run.steps(self.count);
    copyItems(self, self.count, target, index);
  }),
  "bool Remove(JToken item)": withCall((site, self: JArray, item: Token) => {
    site.run.steps(self.count >> 4);
    return self.removeItem(item);
  }),
  "static JArray Parse(string json)": parseMember("JArray"),
  "static JArray FromObject(object o)": withCall((site, value: unknown) => {
    if (value === null) throw raise.argumentNull("o");
    const token = tokenOfValue(site, value);
    if (!(token instanceof JArray))
      throw raise.argument(`Object serialized to ${tokenTypeName(token.type)}. JArray instance expected.`);
    return token;
  }),
  [`System.Collections.Generic.IEnumerator<${TOKEN}> GetEnumerator()`]: withCall(
    (site, self: JArray) => new Enumerator(linqType(site, "JToken"), self, site.run),
  ),
});
