import { definePolicy, type Value } from "../../policy/define.js";
import type { Exchange } from "../../policy/exchange.js";
import type { Flow, Step } from "../../policy/flow.js";
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
  compile(element) {
    const conditions: Value<boolean>[] = [];
    const branches: Step[] = [];
    for (const when of element.children.when) {
      conditions.push(when.attributes.condition);
      branches.push(when.policies!);
    }
    const otherwise = element.children.otherwise[0]?.policies ?? null;
    return (exchange: Exchange): Flow | Promise<Flow> => {
      for (let i = 0; i < conditions.length; i++) if (conditions[i]!.get(exchange)) return branches[i]!(exchange);
      return otherwise === null ? "continue" : otherwise(exchange);
    };
  },
});
