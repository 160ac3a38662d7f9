import { constantText, keyUses } from "../code.js";
import type { LintElement } from "../document.js";
import { policies } from "../examples.js";
import { setVariables } from "../flow/analyse.js";
import { defineRule } from "../rule.js";

const files = (name: string): Record<string, string> => ({
  "gateway.yaml":
    'apis:\n  orders: { path: orders, serviceUrl: "https://orders.internal", policy: { file: ./orders.xml }, operations: { list: { method: GET, urlTemplate: / } } }\n',
  "orders.xml": policies({
    inbound: `<base />
<set-variable name="tenant" value="@(context.Request.Headers.GetValueOrDefault("X-Tenant", "none"))" />
<set-query-parameter name="tenant" exists-action="override">
  <value>@(context.Variables.GetValueOrDefault<string>("${name}"))</value>
</set-query-parameter>`,
  }),
});

/** A variable that is set for nobody. */
export const unusedVariable = defineRule({
  id: "unused-variable",
  severity: "info",
  summary: "a variable that is set and never read",
  why: "Its expression is evaluated for every call. Silent for single documents: inner scopes may read it.",
  remedy: "Remove it.",
  needs: "configuration",
  examples: { bad: files("user"), good: files("tenant") },
  project({ documents }, context) {
    const read = new Set<string>();
    const set: (readonly [name: string, element: LintElement])[] = [];
    for (const document of documents)
      for (const element of document.elements()) {
        if (element.name === "set-variable") for (const [name] of setVariables(element)) set.push([name, element]);
        for (const { text, code, attribute } of element.values) {
          if (code === null) {
            // Liquid and response-variable-name of return-response read variables, too.
            if (/context\.Variables/.test(text)) return;
            if (attribute !== null && /variable-name$/.test(attribute)) read.add(text.trim());
            continue;
          }
          for (const { path, key } of keyUses(code)) if (path === "context.Variables") read.add(key);
          if (readsAny(code.text) || code.program === null)
            for (const [, name] of code.text.matchAll(/"((?:[^"\\]|\\.)*)"/g)) read.add(name!);
          for (const node of code.nodes) {
            const name = constantText(node);
            if (name !== null && node.kind === "Constant" && /Variables\s*\.\s*(?!GetValueOrDefault|ContainsKey)/.test(code.text))
              read.add(name);
          }
        }
      }
    const computed = documents.some((document) =>
      [...document.elements()].some((element) => [...element.codes()].some((code) => readsComputed(code.text))),
    );
    if (computed) return;
    for (const [name, element] of set)
      if (!read.has(name)) context.element(element, `Nothing reads the variable "${name}".`, { hint: "Remove it." });
  },
});

function readsAny(text: string): boolean {
  return /TryGetValue|Variables\s*[;,)]/.test(text);
}

/** A name that is made at run time may be any. */
function readsComputed(text: string): boolean {
  return /Variables\s*\[\s*(?!")|Variables\s*\.\s*(?:GetValueOrDefault(?:<[^>]*>)?|ContainsKey)\s*\(\s*(?!")|Variables\s*\.\s*(?:Where|Select|Keys|Values|ToDictionary)|in\s+context\.Variables\b/.test(
    text,
  );
}
