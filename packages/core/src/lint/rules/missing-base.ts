import type { SectionName } from "../../policy/sections.js";
import type { LintDocument, LintElement } from "../document.js";
import { policies } from "../examples.js";
import type { Fix } from "../finding.js";
import { enders } from "../policy-facts.js";
import { defineRule } from "../rule.js";

/** A section that cuts off what outer scopes do. */
export const missingBase = defineRule({
  id: "missing-base",
  severity: "warning",
  summary: "a section without `<base />`, so that what the outer scopes do there is cut off",
  why: "Without `<base />` nothing of the global, workspace, product and API scope runs in that section: not their token checks, not their limits. An empty section cuts off as well. Field: the mistake that costs most. In a configuration it is silent where nothing is lost, and an error where something is.",
  remedy: "Put `<base />` first, or where the outer policies should run.",
  examples: {
    bad: policies({ inbound: '<set-header name="X-Channel" exists-action="override">\n  <value>partner</value>\n</set-header>' }),
    good: policies({
      inbound: '<base />\n<set-header name="X-Channel" exists-action="override">\n  <value>partner</value>\n</set-header>',
    }),
  },
  hasFix: true,
  document(document, context) {
    if (!document.isAlone || (document.scope !== "api" && document.scope !== "operation")) return;
    // Behind an inbound section that answers every request, no other section runs.
    const isAnswered = document.section("inbound")?.elements.some(({ name }) => enders.has(name)) === true;
    // The backend section takes one policy: what forwards by itself there cannot inherit as well.
    for (const section of document.sections)
      if (isAnswered && (section.name === "backend" || section.name === "outbound")) continue;
      else if (section.children("base").length === 0 && (section.name !== "backend" || section.elements.length === 0))
        context.element(section, `<${section.name}> has no <base />: what outer scopes do there does not run.`, {
          hint: "Put <base /> first.",
          fix: insertBase(section, document),
        });
  },
  pipeline(pipeline, context) {
    if (context.project.configuration === null) return;
    pipeline.documents.forEach((document, index) => {
      const outer = pipeline.documents.slice(index + 1);
      for (const section of document.sections) {
        if (section.children("base").length > 0) continue;
        const lost = firstLost(outer, section.name as SectionName);
        if (lost === null) continue;
        context.element(section, `<${section.name}> has no <base />: <${lost.name}> of the outer scope does not run.`, {
          hint: "Put <base /> first.",
          fix: insertBase(section, document),
          severity: "error",
          related: [lost.document.source.place(lost.start)],
        });
      }
    });
  },
});

/** The first policy of the outer scopes that runs in a section; forwarding is not missed by a section that forwards itself. */
function firstLost(outer: readonly LintDocument[], name: SectionName): LintElement | null {
  for (const document of outer) {
    const section = document.section(name);
    if (section === null) continue;
    const own = section.elements.find((policy) => policy.name !== "base" && policy.name !== "forward-request");
    if (own !== undefined) return own;
    if (section.children("base").length === 0) return null;
  }
  return null;
}

function insertBase(section: LintElement, document: LintDocument): Fix {
  const { xml } = section;
  const { text } = document.source;
  const isEmpty = xml.contentStart >= xml.end || text.slice(xml.contentStart - 2, xml.contentStart) === "/>";
  const line = text.slice(text.lastIndexOf("\n", xml.start) + 1, xml.start);
  const indent = /^[ \t]*$/.test(line) ? line : "";
  const inner = `\n${indent}${indent.includes("\t") ? "\t" : "  "}<base />`;
  const edit = isEmpty
    ? { file: document.file, start: xml.start, end: xml.end, text: `<${section.name}>${inner}\n${indent}</${section.name}>` }
    : { file: document.file, start: xml.contentStart, end: xml.contentStart, text: inner };
  return { description: "Put <base /> first", edits: [edit] };
}
