import type { BoundExpression } from "@turnpike/expressions/analysis";
import { constantText, type MemberUse } from "../code.js";
import { policies } from "../examples.js";
import { callerKinds } from "../flow/origin.js";
import { OriginFinder } from "../flow/origins.js";
import { defineRule } from "../rule.js";
import { complexityOf } from "../slow-patterns.js";

const choose = (pattern: string): string =>
  policies({
    inbound: `<base />
<choose>
  <when condition="@(!Regex.IsMatch(context.Request.Headers.GetValueOrDefault("X-Tag", ""), "${pattern}"))">
    <return-response>
      <set-status code="400" reason="Bad tag" />
    </return-response>
  </when>
</choose>`,
  });

/** A pattern that a caller's text can keep busy. */
export const slowPattern = defineRule({
  id: "slow-pattern",
  severity: "warning",
  summary: "a regular expression with catastrophic backtracking over text of callers",
  why: "Some texts of a few dozen characters keep such a pattern busy for hours in .NET, which backtracks. Found by the package `recheck`; without it the rule is silent.",
  remedy: "Nest no repetitions, let alternatives begin differently, and bound counts: `{1,64}`.",
  examples: { bad: choose("^([a-z]+)+$"), good: choose("^[a-z0-9-]{1,64}$") },
  pipeline(pipeline, context) {
    for (const { element, state } of pipeline.steps)
      for (const code of element.codes()) {
        if (!code.text.includes("Regex")) continue;
        const finder = new OriginFinder(code, { ...state, tested: new Set() });
        for (const node of code.nodes) {
          if (node.kind !== "Member") continue;
          const use = node as MemberUse;
          const { pattern, input } = partsOf(use, code.nodes as readonly BoundExpression[]);
          if (pattern === null || input === undefined) continue;
          if (!finder.of(input).some(({ kind }) => callerKinds.has(kind) || kind === "token")) continue;
          const complexity = complexityOf(pattern);
          if (complexity === "safe") continue;
          const how =
            complexity === "exponential" ? "doubles with every character" : "grows with more than the square of the text";
          context.report(element.document, code.span(use), `A caller's text can keep this pattern busy: its time ${how}.`, {
            hint: "Nest no repetitions, and bound counts.",
          });
        }
      }
  },
});

const STATIC = /\.Regex\.(?:IsMatch|Match|Matches|Replace|Split)$/;

/** The pattern and what it is held against. */
function partsOf(
  use: MemberUse,
  nodes: readonly BoundExpression[],
): { pattern: string | null; input: BoundExpression | undefined } {
  if (!STATIC.test(use.member.id)) return { pattern: null, input: undefined };
  const [first, second] = use.arguments;
  const input = first !== undefined && "start" in first ? first : undefined;
  if (use.receiver === null) return { pattern: constantText(second), input };
  return { pattern: patternOf(use.receiver, nodes), input };
}

/** `new Regex("…")`, also by way of a local. */
function patternOf(receiver: BoundExpression, nodes: readonly BoundExpression[]): string | null {
  const made = receiver.kind === "Local" ? declaredValue(receiver.local, nodes) : receiver;
  return made?.kind === "Member" && /\.Regex\.new$/.test(made.member.id) ? constantText(made.arguments[0]) : null;
}

function declaredValue(local: object, nodes: readonly { readonly kind: string }[]): BoundExpression | null {
  for (const node of nodes) {
    const declared = node as { readonly kind: string; readonly local?: object; readonly value?: BoundExpression | null };
    if (declared.kind === "Declare" && declared.local === local) return declared.value ?? null;
  }
  return null;
}
