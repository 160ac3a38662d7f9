import { definePolicy } from "../../policy/define.js";
import { allScopes, allSections } from "../../policy/sections.js";
import { currentMessage } from "../messages.js";
import { bodyAttributes, bodyChildren, bodyErrors, compileBodyChange } from "./body-change.js";

/** The policy set-body. */
export const setBody = definePolicy({
  name: "set-body",
  category: "transformation",
  summary: "Replaces the request or response body by literal text, an expression's result, or a rendered Liquid template.",
  remarks: [
    "Replaces the body of the request (inbound, backend) or response (outbound, on-error). The Content-Type stays, but its charset becomes utf-8; Content-Encoding goes when text takes the body's place. What the reference leaves open is said at `compileBodyChange`. Templates are those of DotLiquid 2.0.361 with C# names: the guide on Liquid tells where they differ from other Liquids.",
  ],
  sections: allSections,
  scopes: allScopes,
  attributes: bodyAttributes,
  children: bodyChildren,
  content: "raw",
  text: { type: "object", expressions: true },
  errors: bodyErrors,
  compile(element, compiler) {
    const message = currentMessage(compiler.section);
    const change = compileBodyChange(element, compiler);
    return (exchange) => {
      const pending = change(exchange, message(exchange));
      if (pending !== undefined) return pending.then(() => "continue" as const);
      return "continue";
    };
  },
});
