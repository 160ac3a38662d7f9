import { raise } from "../../runtime/exceptions.js";
import { type CallSite, defineType, type TypeDeclaration, withCall } from "../../types/declare.js";
import { constructorHeader, JConstructor } from "./array.js";
import { addContent } from "./content.js";
import { childAt, setChildAt } from "./indexing.js";
import type { JToken } from "./token.js";

function make(site: CallSite, name: string | null, content: unknown): JConstructor {
  if (name === null) throw raise.argumentNull("name");
  if (name === "") throw raise.argument("Constructor name cannot be empty.", "name");
  const made = new JConstructor(name);
  addContent(made, 0, content, site.run);
  return made;
}

/** Newtonsoft.Json.Linq.JConstructor. */
export const constructorType: TypeDeclaration = defineType(constructorHeader.header, {
  "new()": () => new JConstructor(null),
  "new(JConstructor other)": withCall((site, other: JConstructor | null) => {
    if (other === null) throw raise.nullReference();
    return other.clone(site.run);
  }),
  "new(string name)": (name: string | null) => {
    if (name === null) throw raise.argumentNull("name");
    return new JConstructor(name);
  },
  "new(string name, params object[] content)": withCall(make),
  "new(string name, object content)": withCall(make),
  "string Name { get; set; }": {
    get: (self: JConstructor) => self.name,
    set: (self: JConstructor, name: string | null) => {
      self.name = name;
    },
  },
  "JToken this[object key] { get; set; }": {
    get: childAt,
    set: withCall((site, self: JConstructor, key: unknown, value: JToken | null) => setChildAt(self, key, value, site.run)),
  },
});
