import type { PolicyCompiler } from "../../policy/define.js";
import { mediaType } from "../bodies/content-type.js";
import type { ContentElement, ContentRule } from "./content-child.js";
import { jsonCheck } from "./json-rule.js";
import { xmlCheck } from "./xml-rule.js";

/** Compiles a rule; what is wrong with its own schema is reported at load time. */
export function contentRule(element: ContentElement, compiler: PolicyCompiler): ContentRule {
  const { attributes } = element;
  const type = attributes.type?.literal;
  const common = { type: type === undefined ? null : mediaType(type), action: attributes.action };
  return attributes["validate-as"].literal === "json"
    ? { ...common, times: 1, check: jsonCheck(element, compiler) }
    : // Read here, then read and held against the schema by the library.
      { ...common, times: 2, check: xmlCheck(element, compiler) };
}
