import { defineRule } from "../rule.js";

const filler =
  '  <set-header name="X-Filler" exists-action="append">\n    <value>0123456789 0123456789 0123456789</value>\n  </set-header>\n';
const LIMIT = 512;

/** A fragment that the service does not take. */
export const fragmentTooLarge = defineRule({
  id: "fragment-too-large",
  severity: "warning",
  summary: "a fragment beyond the service's limit",
  why: "A fragment of more than 512 KB is refused (article on policy fragments).",
  remedy: "Make several of it.",
  needs: "target",
  target: "classic",
  examples: { bad: `<fragment>\n${filler.repeat(4_500)}</fragment>\n`, good: `<fragment>\n${filler}</fragment>\n` },
  document(document, context) {
    const { target } = context.project;
    if (target === null || document.kind !== "fragment") return;
    const size = Buffer.byteLength(document.source.text);
    const limit = LIMIT * 1024;
    if (size <= limit) return;
    const shown = Math.ceil(size / 1024);
    context.element(document.root, `The fragment has ${shown} KB; at most ${limit / 1024} are taken.`, {
      hint: "Make several of it.",
    });
  },
});
