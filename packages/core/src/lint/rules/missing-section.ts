import { allSections } from "../../policy/sections.js";
import { policies } from "../examples.js";
import { defineRule } from "../rule.js";

/** A document without one of the sections. */
export const missingSection = defineRule({
  id: "missing-section",
  severity: "info",
  summary: "a document that lacks one of the four sections",
  why: "A section that is not there inherits, which nobody sees who reads the document. The service writes all four.",
  remedy: "Write the section with `<base />` alone.",
  examples: {
    bad: policies({}).replace("  <on-error>\n    <base />\n  </on-error>\n", ""),
    good: policies({}),
  },
  hasFix: true,
  document(document, context) {
    if (document.kind !== "policies") return;
    const missing = allSections.filter((name) => document.section(name) === null);
    if (missing.length === 0) return;
    const { root, file } = document;
    const written = missing.map((name) => `  <${name}>\n    <base />\n  </${name}>\n`).join("");
    const names = missing.map((name) => `<${name}>`).join(", ");
    const at = root.xml.contentEnd;
    const isEmpty = at <= root.xml.contentStart && document.source.text.slice(at - 2, at) === "/>";
    context.element(root, `The document has no ${names}.`, {
      hint: "Write every section, with <base /> alone where it adds nothing.",
      ...(isEmpty || document.scope === "global"
        ? {}
        : { fix: { description: `Add ${names}`, edits: [{ file, start: at, end: at, text: written }] } }),
    });
  },
});
