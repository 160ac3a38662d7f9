import type { Exchange } from "../../policy/exchange.js";
import type { Step } from "../../policy/flow.js";
import { many, policyChild } from "../../policy/schema.js";
import { includeFragment } from "../control-flow/include-fragment.js";
import { setBody } from "../transformation/set-body.js";
import { publishEvent } from "./publish-event.js";

/** The policies that may make a resolver's result of an answer, whatever its source. */
export const resultPolicies = {
  "set-body": policyChild(setBody, { notes: "The result: JSON of the field's type." }),
  "publish-event": policyChild(publishEvent),
  "include-fragment": policyChild(includeFragment, { max: many, notes: "A fragment, in place." }),
};

/** Makes the result of an answer that has come. @param policies null where the answer is the result */
export async function makeResult(exchange: Exchange, policies: Step | null): Promise<void> {
  exchange.section = "outbound";
  const flow = policies?.(exchange);
  if (flow !== undefined && typeof flow !== "string") await flow;
}
