import type { BoundExpression, NetType } from "@turnpike/expressions/analysis";
import { keyUses, withoutConversions } from "../code.js";
import { policies } from "../examples.js";
import type { FlowState } from "../flow/state.js";
import { defineRule } from "../rule.js";

const document = (value: string): string =>
  policies({
    inbound: `<base />
<set-variable name="limit" value="${value}" />
<rate-limit-by-key calls="@((int)context.Variables["limit"])" renewal-period="60" counter-key="@(context.Request.IpAddress)" />`,
  });

/** A cast of a variable that cannot succeed. */
export const unsafeCast = defineRule({
  id: "unsafe-cast",
  severity: "warning",
  summary: "a cast that cannot succeed for what the variable holds: text to int, int to long",
  why: "A literal of set-variable is text, also `50` and `true`, and a boxed int is no long: the cast fails the call with a 500 (InvalidCastException).",
  remedy: "Set the variable by an expression, `@(50)`, or convert what it holds: `int.Parse((string)…)`.",
  examples: { bad: document("50"), good: document("@(50)") },
  pipeline(pipeline, context) {
    for (const { element, state } of pipeline.steps)
      for (const code of element.codes()) {
        if (code.hasNamedValues) continue;
        for (const { use, key, how, path } of keyUses(code)) {
          if (path !== "context.Variables" || how === "test") continue;
          const target = how === "default" ? use.typeArguments[0] : castOf(code.nodes as readonly BoundExpression[], use);
          if (target === undefined || target === null || !cannotBe(key, target, state)) continue;
          context.report(
            element.document,
            code.span(use),
            `The variable "${key}" holds ${held(key, state)}, which is no ${target.name}.`,
            {
              hint: "Set it by an expression of that type, or convert what it holds.",
              related: state.variables.get(key)!.setters.map((setter) => setter.document.source.place(setter.start)),
            },
          );
        }
      }
  },
});

/** The type that a read of a variable is cast to. */
function castOf(nodes: readonly BoundExpression[], use: BoundExpression): NetType | null {
  for (const node of nodes) {
    if (node.kind !== "Convert" || withoutConversions(node) !== use) continue;
    const { kind } = node.conversion;
    if (kind === "unbox" || kind === "cast") return node.type;
  }
  return null;
}

function cannotBe(key: string, target: NetType, state: FlowState): boolean {
  const fact = state.variables.get(key);
  if (fact?.types == null || fact.types.length === 0) return false;
  const wanted = target.underlying ?? target;
  if (wanted.kind === "parameter" || wanted.fullName === "System.Object") return false;
  return fact.types.every((type) => {
    if (type === "text") return wanted.fullName !== "System.String" && !isInterfaceOfText(wanted);
    if (type.fullName === "System.Object" || type.kind === "interface" || wanted.kind === "interface") return false;
    return !type.isAssignableTo(wanted) && !wanted.isAssignableTo(type);
  });
}

function isInterfaceOfText(type: NetType): boolean {
  return type.kind === "interface";
}

function held(key: string, state: FlowState): string {
  const names = state.variables.get(key)!.types!.map((type) => (type === "text" ? "text" : type.name));
  return [...new Set(names)].join(" or ");
}
