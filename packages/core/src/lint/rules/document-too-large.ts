import { policies } from "../examples.js";
import { defineRule } from "../rule.js";
import type { LintTarget } from "../target.js";

const filler =
  '  <set-header name="X-Filler" exists-action="append">\n    <value>0123456789 0123456789 0123456789</value>\n  </set-header>\n';
const LIMITS: Partial<Record<LintTarget, number>> = { consumption: 16 };
const LIMIT = 256;

/** A document that the service does not take. */
export const documentTooLarge = defineRule({
  id: "document-too-large",
  severity: "warning",
  summary: "a policy document beyond the service's limit",
  why: "A policy document of more than 256 KB is refused; Consumption takes 16 KB (limits of API Management).",
  remedy: "Move parts of it into fragments.",
  needs: "target",
  target: "classic",
  examples: {
    bad: policies({ inbound: `<base />\n${filler.repeat(2_300)}` }),
    good: policies({ inbound: `<base />\n${filler}` }),
  },
  document(document, context) {
    const { target } = context.project;
    if (target === null || document.kind !== "policies") return;
    const size = Buffer.byteLength(document.source.text);
    const limit = (LIMITS[target] ?? LIMIT) * 1024;
    if (size <= limit) return;
    const shown = Math.ceil(size / 1024);
    context.element(document.root, `The document has ${shown} KB; at most ${limit / 1024} are taken.`, {
      hint: "Move parts of it into fragments.",
    });
  },
});
