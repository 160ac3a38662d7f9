import { policies } from "../examples.js";
import { presentName } from "../policy-facts.js";
import { defineRule } from "../rule.js";

const lookup = '<cache-lookup vary-by-developer="false" vary-by-developer-groups="false" />';
const PAIRS: readonly (readonly [lookup: string, store: string])[] = [
  ["cache-lookup", "cache-store"],
  ["llm-semantic-cache-lookup", "llm-semantic-cache-store"],
];

/** A cache that only one side uses. */
export const cacheHalf = defineRule({
  id: "cache-half",
  severity: "warning",
  summary: "cache-store without cache-lookup in the same pipeline, or the reverse",
  why: "What is stored is never looked up, or what is looked up never stored (pages of both).",
  remedy: "Add the other half, or remove this one.",
  examples: {
    bad: policies({ outbound: '<base />\n<cache-store duration="600" />' }),
    good: policies({ inbound: `<base />\n${lookup}`, outbound: '<base />\n<cache-store duration="600" />' }),
  },
  pipeline(pipeline, context) {
    const elements = [...pipeline.elements()];
    const isFragment = pipeline.documents[0]?.kind !== "policies";
    if (isFragment || elements.some(({ name }) => name === "include-fragment")) return;
    for (const [first, second] of PAIRS)
      for (const [here, other] of [
        [first, second],
        [second, first],
      ] as const) {
        const found = elements.find(({ name }) => presentName(name) === here);
        if (found === undefined || elements.some(({ name }) => presentName(name) === other)) continue;
        context.element(found, `<${found.name}> stands without <${other}>.`, {
          hint: here === first ? "Nothing is ever stored." : "What is stored is never looked up.",
        });
      }
  },
});
