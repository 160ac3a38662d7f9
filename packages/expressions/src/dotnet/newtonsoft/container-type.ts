import { defineType, type TypeDeclaration, withCall } from "../../types/declare.js";
import type { JContainer } from "./container.js";
import { addContent } from "./content.js";
import { type JsonMergeSettings, merge } from "./merge.js";
import { tokens } from "./sequences.js";
import { LINQ, SEQUENCE, TOKEN } from "./type-names.js";

/** Newtonsoft.Json.Linq.JContainer. */
export const containerType: TypeDeclaration = defineType(
  `abstract class ${LINQ}.JContainer : ${TOKEN}, System.Collections.Generic.IList<${TOKEN}>, System.Collections.IList`,
  {
    "int Count { get; }": (self: JContainer) => self.count,
    "void Add(object content)": withCall((site, self: JContainer, content: unknown) => {
      addContent(self, self.count, content, site.run);
    }),
    "void AddFirst(object content)": withCall((site, self: JContainer, content: unknown) => {
      addContent(self, 0, content, site.run);
    }),
    "void ReplaceAll(object content)": withCall((site, self: JContainer, content: unknown) => {
      self.removeAll();
      addContent(self, 0, content, site.run);
    }),
    "void RemoveAll()": (self: JContainer) => self.removeAll(),
    "void Merge(object content)": withCall((site, self: JContainer, content: unknown) => merge(self, content, null, site.run)),
    "void Merge(object content, JsonMergeSettings settings)": withCall(
      (site, self: JContainer, content: unknown, settings: JsonMergeSettings | null) => merge(self, content, settings, site.run),
    ),
    [`${SEQUENCE}<JToken> Descendants()`]: withCall((site, self: JContainer) => tokens(site, () => self.descendants(null))),
    [`${SEQUENCE}<JToken> DescendantsAndSelf()`]: withCall((site, self: JContainer) =>
      tokens(site, () => self.descendants(null, true)),
    ),
  },
);
