import { definePolicy } from "../../policy/define.js";
import { allScopes, allSections } from "../../policy/sections.js";

/** The policy base. */
export const base = definePolicy({
  name: "base",
  category: "control-flow",
  summary: "Marks where the policies of the enclosing scope's same section are inserted.",
  remarks: [
    "Marks where the policies of the enclosing scope's same section run. The pipeline joins scopes when a configuration is loaded; there is never a step to run.",
  ],
  sections: allSections,
  scopes: allScopes,
  attributes: {},
  children: {},
  compile: () => () => "continue",
});
