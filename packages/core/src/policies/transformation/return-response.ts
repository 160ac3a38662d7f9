import { isConsumed } from "../../context/body.js";
import { ResponseView } from "../../context/response.js";
import { MessageBody } from "../../http/body.js";
import { Headers } from "../../http/headers.js";
import { internalError } from "../../policy/declared-error.js";
import { definePolicy } from "../../policy/define.js";
import type { Exchange, ResponseMessage } from "../../policy/exchange.js";
import type { Flow } from "../../policy/flow.js";
import { child, text } from "../../policy/schema.js";
import { allScopes, allSections } from "../../policy/sections.js";
import { bodyChild, bodyErrors, compileBodyChange } from "./body-change.js";
import { compileHeaderChange, headerChild, headerErrors } from "./header-change.js";
import { compileStatusChange, statusAttributes, statusErrors } from "./status-change.js";

const noResponse = internalError(
  "the variable holds something other than a response",
  "ResponseVariableInvalid",
  "The variable '{name}' does not hold a response.",
);

const responseSpent = internalError(
  "the body of the variable's response is used up",
  "ResponseVariableInvalid",
  "The body of the response in '{name}' has been read already.",
);

/** The policy return-response. */
export const returnResponse = definePolicy({
  name: "return-response",
  category: "transformation",
  summary: "Ends the pipeline at once and answers the caller with a default, stored or built response.",
  remarks: [
    "Ends the request with a response of its own: a copy of the one in a variable, or else an empty 200, changed by the children. A variable that is not set counts as none, as in the service. Expressions see the context as it was until then.",
  ],
  readings: [
    "a variable that is null counts as none, too",
    "one that holds something else is an error, and so is a response whose body was used up",
    "no header of the response so far is carried over",
    "nothing runs afterwards, outbound included, also from inside retry and wait",
  ],
  sections: allSections,
  scopes: allScopes,
  attributes: {
    "response-variable-name": text({ notes: "A variable that holds a response, such as send-request leaves." }),
  },
  children: {
    "set-status": child({ attributes: statusAttributes, notes: "Status and reason of the response." }),
    "set-header": headerChild,
    "set-body": bodyChild,
  },
  errors: [noResponse, responseSpent, ...statusErrors, ...headerErrors, ...bodyErrors],
  compile(element, compiler) {
    const variable = element.attributes["response-variable-name"]?.literal ?? null;
    const statuses = element.children["set-status"].map((status) => compileStatusChange(status, compiler));
    const headers = element.children["set-header"].map((header) => compileHeaderChange(header, compiler, "response"));
    const bodies = element.children["set-body"].map((body) => compileBodyChange(body, compiler, false));
    return (exchange) => {
      const response = variable === null ? empty() : stored(exchange, variable);
      for (const change of statuses) change(exchange, response);
      for (const change of headers) change(exchange, response.headers);
      const answer = (): Flow => {
        exchange.response.body.replace(null);
        exchange.response = response;
        exchange.observer?.message("return-response", exchange.section, {
          message: "Return response was applied",
          response: { status: { code: response.status, reason: response.reason } },
        });
        return "stop";
      };
      const pending = bodies[0]?.(exchange, response);
      return pending === undefined ? answer() : pending.then(answer);
    };
  },
});

function empty(): ResponseMessage {
  return { status: 200, reason: "OK", headers: new Headers(), body: new MessageBody(new Uint8Array(0)) };
}

function stored(exchange: Exchange, variable: string): ResponseMessage {
  const value = exchange.variables.get(variable);
  if (value === undefined || value === null) return empty();
  if (!(value instanceof ResponseView)) throw noResponse.error({ name: variable });
  const { status, reason, headers, body } = value.message;
  if (isConsumed(body)) throw responseSpent.error({ name: variable });
  return { status, reason, headers: headers.clone(), body: new MessageBody(body.bytes) };
}
