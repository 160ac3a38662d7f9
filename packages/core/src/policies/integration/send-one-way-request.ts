import type { OutgoingRequest } from "../../http/transport.js";
import { definePolicy } from "../../policy/define.js";
import type { Flow } from "../../policy/flow.js";
import { logEvents } from "../../policy/log-events.js";
import { seconds } from "../../policy/schema.js";
import { allScopes, allSections } from "../../policy/sections.js";
import type { Runtime } from "../../policy/services.js";
import { linkedAbort } from "../linked-abort.js";
import { buildErrors, callChildren, compileSideCall, modeAttribute } from "./side-call.js";

/** The policy send-one-way-request. */
export const sendOneWayRequest = definePolicy({
  name: "send-one-way-request",
  category: "integration",
  summary: "Sends a request to a URL without waiting for an answer.",
  remarks: [
    "Calls a URL without waiting for the answer, which is thrown away. Everything is evaluated now, and errors in that are errors of the request; failures of the call itself only reach the log. The call goes on when the caller's request ends, up to its timeout; a gateway that closes waits for it.",
  ],
  sections: allSections,
  scopes: allScopes,
  attributes: {
    mode: modeAttribute,
    timeout: seconds({ default: 60, expressions: true, notes: "Seconds after which the call in the background is given up." }),
  },
  children: callChildren,
  errors: buildErrors,
  compile(element, compiler) {
    const { timeout } = element.attributes;
    const build = compileSideCall(element, compiler);
    return async (exchange): Promise<Flow> => {
      const most = timeout.get(exchange) * 1000;
      const call = await build(exchange);
      exchange.runtime.background.add(callOneWay(exchange.runtime, { ...call, timeout: most }));
      return "continue";
    };
  },
});

async function callOneWay(
  { background, clock, logger, transport }: Runtime,
  call: Omit<OutgoingRequest, "signal">,
): Promise<void> {
  const { signal, abort, release } = linkedAbort(background.signal);
  const cancel = clock.setTimer(abort, call.timeout);
  try {
    const { body } = await transport({ ...call, signal });
    if (body !== null && !(body instanceof Uint8Array)) for await (const _ of body);
  } catch (error) {
    logger.warn({ err: error, url: call.url }, logEvents.oneWayRequestFailed);
  } finally {
    cancel();
    release();
  }
}
