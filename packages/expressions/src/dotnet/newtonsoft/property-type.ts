import { raise } from "../../runtime/exceptions.js";
import { type CallSite, defineType, type TypeDeclaration, withCall } from "../../types/declare.js";
import { JArray } from "./array.js";
import { addContent, isMany, tokenOf } from "./content.js";
import { JProperty, propertyHeader } from "./property.js";
import type { JToken } from "./token.js";

function make(site: CallSite, name: string | null, content: unknown): JProperty {
  if (name === null) throw raise.argumentNull("name");
  const property = new JProperty(name);
  if (isMany(content)) {
    const array = new JArray();
    addContent(array, 0, content, site.run);
    property.setValue(array, site.run);
  } else property.setValue(tokenOf(content), site.run);
  return property;
}

/** Newtonsoft.Json.Linq.JProperty. */
export const propertyType: TypeDeclaration = defineType(propertyHeader.header, {
  "new(JProperty other)": withCall((site, other: JProperty | null) => {
    if (other === null) throw raise.nullReference();
    return other.clone(site.run);
  }),
  "new(string name, params object[] content)": withCall(make),
  "new(string name, object content)": withCall(make),
  "string Name { get; }": (self: JProperty) => self.name,
  "JToken Value { get; set; }": {
    get: (self: JProperty) => self.value,
    set: withCall((site, self: JProperty, value: JToken | null) => self.setValue(value, site.run)),
  },
});
