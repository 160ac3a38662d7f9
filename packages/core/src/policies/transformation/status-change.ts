import { type DocumentedError, expressionError } from "../../policy/declared-error.js";
import type { BoundElement, PolicyCompiler } from "../../policy/define.js";
import type { Exchange, ResponseMessage } from "../../policy/exchange.js";
import { reasonPhrase } from "../../policy/failure.js";
import { integer, text } from "../../policy/schema.js";
import { transformationProblems } from "./problems.js";

/** The attributes of set-status, as a policy and as a child of return-response. */
export const statusAttributes = {
  code: integer({ required: true, expressions: true, min: 100, max: 999, notes: "The status code, 100 to 999." }),
  reason: text({ required: true, missing: "warning", empty: "allowed", expressions: true, notes: "The reason phrase." }),
};

const phraseInvalid = expressionError(
  "an expression gives a reason with line breaks, control characters or characters beyond Latin-1",
  "The reason phrase holds characters that it cannot hold.",
);

/** How set-status fails. */
export const statusErrors: readonly DocumentedError[] = [phraseInvalid];

/** Sets a response's status and reason. */
export type StatusChange = (exchange: Exchange, response: ResponseMessage) => void;

const UNSAFE = /[\0-\x08\x0a-\x1f\x7f]|[^\0-\xff]/;

/** Compiles a set-status element. An empty or missing reason stands for the standard phrase. */
export function compileStatusChange(element: BoundElement<typeof statusAttributes>, compiler: PolicyCompiler): StatusChange {
  const { code, reason } = element.attributes;
  if (reason?.literal !== undefined && UNSAFE.test(reason.literal))
    compiler.report(transformationProblems.reasonInvalid(), element.place);
  return (exchange, response) => {
    const status = code.get(exchange);
    const phrase = reason?.get(exchange).trim() ?? "";
    if (UNSAFE.test(phrase)) throw phraseInvalid.error();
    response.status = status;
    response.reason = phrase === "" ? reasonPhrase(status) : phrase;
    exchange.observer?.message("set-status", exchange.section, `Response status code was set to ${status}`);
  };
}
