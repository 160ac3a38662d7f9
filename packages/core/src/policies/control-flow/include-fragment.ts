import { definePolicy } from "../../policy/define.js";
import { text } from "../../policy/schema.js";
import { allScopes, allSections } from "../../policy/sections.js";

/** The policy include-fragment. */
export const includeFragment = definePolicy({
  name: "include-fragment",
  category: "control-flow",
  summary: "Inserts a named policy fragment in place.",
  remarks: [
    "Inserts a named policy fragment in place. The pipeline puts the fragment's policies there when a configuration is loaded; paths of errors go on below `include-fragment[n]`. There is never a step to run.",
  ],
  sections: allSections,
  scopes: allScopes,
  attributes: {
    "fragment-id": text({ required: true, notes: "Fragment name." }),
  },
  children: {},
  compile: () => () => "continue",
});
