import { definePolicy } from "../../policy/define.js";
import { text } from "../../policy/schema.js";
import { allScopes, allSections } from "../../policy/sections.js";

/**
 * Inserts a named policy fragment in place. The pipeline puts the fragment's policies there when a configuration is loaded; paths of
 * errors go on below `include-fragment[n]`. There is never a step to run.
 */
export const includeFragment = definePolicy({
  name: "include-fragment",
  category: "control-flow",
  summary: "Inserts a named policy fragment in place.",
  sections: allSections,
  scopes: allScopes,
  attributes: {
    "fragment-id": text({ required: true, notes: "Fragment name." }),
  },
  children: {},
  compile: () => () => "continue",
});
