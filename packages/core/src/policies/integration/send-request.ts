import { ResponseView } from "../../context/response.js";
import { internalError } from "../../policy/declared-error.js";
import { definePolicy } from "../../policy/define.js";
import { PolicyError } from "../../policy/error.js";
import type { ResponseMessage } from "../../policy/exchange.js";
import { clientGone } from "../../policy/failure.js";
import type { Flow } from "../../policy/flow.js";
import { flag, integer, seconds, text } from "../../policy/schema.js";
import { allScopes, allSections } from "../../policy/sections.js";
import { callErrors } from "../failures.js";
import { isCallFailure, readAnswer } from "./answered-call.js";
import { buildErrors, callChildren, compileSideCall, modeAttribute } from "./side-call.js";

const errorStatus = internalError(
  "fail-on-error-status-code is true, the answer's status is 400 to 599, and ignore-error is false",
  "BackendErrorStatusCode",
  "The service called answered {status} {phrase}.",
);

/** The policy send-request. */
export const sendRequest = definePolicy({
  name: "send-request",
  category: "integration",
  summary: "Calls a URL, waits for the answer, and puts it into a context variable.",
  remarks: [
    "Calls a URL and puts the answer into a variable. Redirects are not followed. The answer's body is read at once, within the timeout, because expressions cannot wait for it. Errors of expressions and of building the request are not covered by ignore-error. More is said at `compileSideCall`.",
  ],
  sections: allSections,
  scopes: allScopes,
  attributes: {
    mode: modeAttribute,
    "response-variable-name": text({ required: true, expressions: true, notes: "The variable that receives the response." }),
    timeout: seconds({ default: 60, expressions: true, notes: "Seconds after which the call fails." }),
    "timeout-ms": integer({
      expressions: true,
      min: 0,
      undocumented: "works",
      notes: "The same limit in milliseconds; it wins over timeout.",
    }),
    "buffer-response": flag({
      undocumented: "no-effect",
      notes: "The answer is always read whole: expressions cannot wait for it.",
    }),
    "fail-on-error-status-code": flag({ undocumented: "works", notes: "true: an answer from 400 to 599 is a failing call." }),
    "ignore-error": flag({ default: false, notes: "true: a failing call is no error, and the variable becomes null." }),
  },
  children: callChildren,
  errors: [...callErrors(", and ignore-error is false"), errorStatus, ...buildErrors],
  compile(element, compiler) {
    const { "response-variable-name": variable, timeout, "ignore-error": ignores } = element.attributes;
    const milliseconds = element.attributes["timeout-ms"];
    const fails = element.attributes["fail-on-error-status-code"]?.literal ?? false;
    const build = compileSideCall(element, compiler);
    return async (exchange): Promise<Flow> => {
      const name = variable.get(exchange);
      const most = milliseconds === null ? timeout.get(exchange) * 1000 : milliseconds.get(exchange);
      const call = await build(exchange);
      let response: ResponseMessage | null = null;
      try {
        const answer = await readAnswer(call, most, exchange);
        if (fails && answer.status >= 400 && answer.status <= 599)
          throw errorStatus.error({ status: answer.status, phrase: answer.reason });
        response = answer;
      } catch (error) {
        if (exchange.signal.aborted) throw clientGone();
        if (ignores.literal !== true || !isIgnored(error)) throw error;
        exchange.observer?.message(
          "send-request",
          exchange.section,
          { message: `The call failed: ${(error as Error).message}` },
          "error",
        );
      }
      exchange.variables.set(name, response === null ? null : new ResponseView(response));
      return "continue";
    };
  },
});

function isIgnored(error: unknown): boolean {
  return isCallFailure(error) || (error instanceof PolicyError && error.reason === errorStatus.reason);
}
