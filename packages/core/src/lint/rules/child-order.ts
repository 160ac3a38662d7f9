import type { LintElement } from "../document.js";
import { policies } from "../examples.js";
import type { Fix } from "../finding.js";
import { factsOf } from "../policy-facts.js";
import { defineRule } from "../rule.js";

const openid = '  <openid-config url="https://login.example/v2.0/.well-known/openid-configuration" />';
const audiences = "  <audiences>\n    <audience>api://orders</audience>\n  </audiences>";
const check = (...children: readonly string[]): string =>
  policies({
    inbound: [
      "<base />",
      '<validate-jwt header-name="Authorization" require-scheme="Bearer">',
      ...children,
      "</validate-jwt>",
    ].join("\n"),
  });

/** Children in an order that the service refuses. */
export const childOrder = defineRule({
  id: "child-order",
  severity: "warning",
  summary: "children in an order that the service refuses",
  why: "Pages say that children stand in the order of the statement, and the service's schema holds validate-jwt, send-request, return-response and others to it. Turnpike takes any order.",
  remedy: "Put them in the order of the page: the meaning is the same.",
  examples: { bad: check(audiences, openid), good: check(openid, audiences) },
  hasFix: true,
  element(element, context) {
    const order = factsOf(element.name).childOrder ?? orderInside(element);
    if (order === undefined) return;
    const ranks = element.elements.map(({ name }) => order.indexOf(name));
    let highest = 0;
    for (const [index, rank] of ranks.entries()) {
      if (rank < 0) continue;
      if (rank < highest) {
        const child = element.elements[index]!;
        const fix = ranks.includes(-1) ? null : reordered(element, order);
        context.element(child, `<${child.name}> must stand before <${order[highest]!}> in <${element.name}>.`, {
          hint: `The order is ${order.map((name) => `<${name}>`).join(", ")}.`,
          ...(fix === null ? {} : { fix }),
        });
        return;
      }
      highest = rank;
    }
  },
});

/** The order in an element that stands in a policy, by its path there. */
function orderInside(element: LintElement): readonly string[] | undefined {
  let path = element.name;
  for (const around of element.ancestors()) {
    const orders = factsOf(around.name).childOrderOf;
    if (orders !== undefined) return Object.hasOwn(orders, path) ? orders[path] : undefined;
    path = `${around.name}/${path}`;
  }
  return undefined;
}

/** The children's texts in their places, in the right order; what stands between them stays. */
function reordered(element: LintElement, order: readonly string[]): Fix {
  const { document, elements } = element;
  const { text } = document.source;
  const sorted = [...elements].sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
  const edits = elements.map((child, index) => {
    const { start, end } = sorted[index]!.xml;
    return { file: document.file, start: child.xml.start, end: child.xml.end, text: text.slice(start, end) };
  });
  return { description: "Put the children in order", edits };
}
