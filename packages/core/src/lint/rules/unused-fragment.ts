import { policies } from "../examples.js";
import { defineRule } from "../rule.js";
import { entities, namedIn } from "../usage.js";

const fragment = '<fragment>\n  <trace source="audit">\n    <message>call</message>\n  </trace>\n</fragment>\n';
const files = (id: string): Record<string, string> => ({
  "gateway.yaml": `fragments:
  audit: { file: ./audit.xml }
  edge: { file: ./edge.xml }
policy: { file: ./global.xml }
`,
  "audit.xml": fragment,
  "edge.xml": fragment,
  "global.xml": policies({
    inbound: `<include-fragment fragment-id="edge" />\n<include-fragment fragment-id="${id}" />`,
    backend: "<forward-request />",
    outbound: "",
    onError: "",
  }),
});

/** A fragment that no document includes. */
export const unusedFragment = defineRule({
  id: "unused-fragment",
  severity: "info",
  summary: "a fragment that nothing includes",
  why: "It is read, kept and changed for nothing.",
  remedy: "Remove it.",
  needs: "configuration",
  examples: { bad: files("edge"), good: files("audit") },
  project(project, context) {
    const used = namedIn(project, new Set(["fragment-id"]));
    if (used === null || project.configuration === null) return;
    for (const { id, path } of entities(project, "fragments"))
      if (!used.has(id)) context.at(project.configuration.place(path), `No document includes the fragment ${id}.`);
  },
});
