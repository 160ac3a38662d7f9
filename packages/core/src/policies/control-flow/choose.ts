import { definePolicy, type Value } from "../../policy/define.js";
import type { Exchange } from "../../policy/exchange.js";
import { toPolicyError } from "../../policy/failure.js";
import type { Flow, Step } from "../../policy/flow.js";
import { runObserved } from "../../policy/observed.js";
import type { PolicyInfo } from "../../policy/observer.js";
import { child, flag, many } from "../../policy/schema.js";
import { allScopes, allSections } from "../../policy/sections.js";

/** The policy choose. */
export const choose = definePolicy({
  name: "choose",
  category: "control-flow",
  summary: "Runs the first branch whose condition is true, or the otherwise branch.",
  remarks: ["Runs the first branch whose condition holds. Conditions behind it are not evaluated."],
  sections: allSections,
  scopes: allScopes,
  attributes: {},
  children: {
    when: child({
      min: 1,
      max: many,
      content: "policies",
      expressions: true,
      attributes: {
        condition: flag({
          required: true,
          expressions: true,
          notes: "The branch runs if this is the first condition that is true.",
        }),
      },
      notes: "Policies that run when the condition is the first true one.",
    }),
    otherwise: child({ content: "policies", expressions: true, notes: "Policies that run when no condition is true." }),
  },
  compile(element, compiler) {
    const conditions: Value<boolean>[] = [];
    const branches: Step[] = [];
    for (const when of element.children.when) {
      conditions.push(when.attributes.condition);
      branches.push(when.policies!);
    }
    const [last] = element.children.otherwise;
    const otherwise = last?.policies ?? null;
    const infos = [...element.children.when, ...(last === undefined ? [] : [last])].map((branch) => compiler.branch(branch));
    const observed = observedChoose(conditions, [...branches, ...(otherwise === null ? [] : [otherwise])], infos);
    return (exchange: Exchange): Flow | Promise<Flow> => {
      if (exchange.observer !== null) return observed(exchange);
      for (let i = 0; i < conditions.length; i++) if (conditions[i]!.get(exchange)) return branches[i]!(exchange);
      return otherwise === null ? "continue" : otherwise(exchange);
    };
  },
});

/** The same for those who look on: each branch is told of, with its condition. */
function observedChoose(conditions: readonly Value<boolean>[], branches: readonly Step[], infos: readonly PolicyInfo[]): Step {
  return (exchange) => {
    const observer = exchange.observer!;
    for (const [i, info] of infos.entries()) {
      // A condition may fail as well.
      let isTaken: boolean | null = null;
      const step: Step = (seen) => {
        isTaken = i >= conditions.length || conditions[i]!.get(seen);
        return isTaken ? branches[i]!(seen) : "continue";
      };
      try {
        const flow = runObserved(
          step,
          info,
          exchange,
          (error) => toPolicyError(error, exchange),
          (ended) => (isTaken === false ? "skipped" : ended),
        );
        if (isTaken !== false) return flow;
      } finally {
        if (isTaken === true) for (const later of infos.slice(i + 1)) observer.skip(later);
      }
    }
    return "continue";
  };
}
