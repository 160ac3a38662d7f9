import type { LintElement } from "../document.js";
import { policies } from "../examples.js";
import { defineRule } from "../rule.js";

const headers = (count: number): string =>
  Array.from(
    { length: count },
    (_, index) => `<set-header name="X-Part-${index}" exists-action="override">\n  <value>${index}</value>\n</set-header>`,
  ).join("\n");
const files = (count: number): Record<string, string> => ({
  "gateway.yaml": `apis:
  orders: { path: orders, serviceUrl: "https://orders.internal", policy: { file: ./orders.xml }, operations: { list: { method: GET, urlTemplate: / } } }
  stock: { path: stock, serviceUrl: "https://stock.internal", policy: { file: ./stock.xml }, operations: { list: { method: GET, urlTemplate: / } } }
`,
  "orders.xml": policies({ inbound: `<base />\n${headers(count)}` }),
  "stock.xml": policies({ inbound: `<base />\n<set-method>GET</set-method>\n${headers(count)}` }),
});

const LENGTH = 5;

/** What could be written once. */
export const duplicateBlock = defineRule({
  id: "duplicate-block",
  severity: "info",
  summary: "the same run of policies (five or more elements) in several documents: make it a fragment",
  why: "It is changed in one of them and forgotten in the other.",
  remedy: "Make it a fragment, and include that.",
  needs: "configuration",
  examples: { bad: files(5), good: files(2) },
  project({ documents }, context) {
    const runs = new Map<string, LintElement[]>();
    for (const document of documents)
      for (const list of listsOf(document.roots)) {
        const texts = list.map(contentOf);
        for (let at = 0; at + LENGTH <= list.length; at++) {
          if (list.slice(at, at + LENGTH).some(({ name }) => NOT_IN_FRAGMENTS.has(name))) continue;
          const key = texts.slice(at, at + LENGTH).join("\n");
          const same = runs.get(key);
          if (same === undefined) runs.set(key, [list[at]!]);
          else if (!same.some((element) => element.document.file === document.file)) same.push(list[at]!);
        }
      }
    const told = new Set<string>();
    for (const [first, ...others] of runs.values()) {
      if (first === undefined || others.length === 0) continue;
      // A longer run is told once, where it begins.
      const pair = `${first.document.file} ${others.map(({ document }) => document.file).join(" ")}`;
      const before = previous(first);
      if (
        told.has(pair) &&
        before !== null &&
        others.every((other) => previous(other) !== null && contentOf(previous(other)!) === contentOf(before))
      )
        continue;
      told.add(pair);
      context.element(
        first,
        `Five policies or more from here on stand in ${others.length === 1 ? "another document" : `${others.length} other documents`}, too.`,
        {
          hint: "Make them a fragment.",
          related: others.map(({ document, start }) => document.source.place(start)),
        },
      );
    }
  },
});

function previous(element: LintElement): LintElement | null {
  const siblings = element.parent?.elements ?? element.document.roots;
  return siblings[siblings.indexOf(element) - 1] ?? null;
}

/** What a fragment cannot take over. */
const NOT_IN_FRAGMENTS = new Set(["base", "include-fragment"]);

const HOLDERS = new Set([
  "inbound",
  "backend",
  "outbound",
  "on-error",
  "when",
  "otherwise",
  "retry",
  "fragment",
  "limit-concurrency",
  "wait",
]);

/** The lists of policies in a document. */
function* listsOf(roots: readonly LintElement[]): Generator<readonly LintElement[]> {
  for (const root of roots) for (const element of root.below()) if (HOLDERS.has(element.name)) yield element.elements;
}

const contents = new WeakMap<LintElement, string>();

/** What an element says, whatever blanks and comments stand in it. */
function contentOf(element: LintElement): string {
  let content = contents.get(element);
  if (content === undefined) {
    const values = element.values.map(({ attribute, raw }) => `${attribute ?? ""}=${raw.trim().replace(/\s+/g, " ")}`).sort();
    content = JSON.stringify([element.name, values, element.elements.map(contentOf)]);
    contents.set(element, content);
  }
  return content;
}
