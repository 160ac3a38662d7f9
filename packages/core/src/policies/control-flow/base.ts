import { definePolicy } from "../../policy/define.js";
import { allScopes, allSections } from "../../policy/sections.js";

/**
 * Marks where the policies of the enclosing scope's same section run. The pipeline joins scopes when a configuration is loaded; there is
 * never a step to run.
 */
export const base = definePolicy({
  name: "base",
  category: "control-flow",
  summary: "Marks where the policies of the enclosing scope's same section are inserted.",
  sections: allSections,
  scopes: allScopes,
  attributes: {},
  children: {},
  compile: () => () => "continue",
});
