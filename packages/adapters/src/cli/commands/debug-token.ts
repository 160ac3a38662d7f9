import { debugToken } from "@turnpike/core/adapter";
import { type Command, UsageError } from "../command.js";

/** The variable that holds the key for traces: it does not belong on a command line. */
export const TRACE_KEY = "TURNPIKE_TRACE_KEY";
const HOUR = 3_600;

/** `turnpike debug-token`: issues a token with which a caller has its requests traced. */
export const debugTokenCommand: Command = {
  usage: "debug-token [--api ID] [--expires-after SECONDS]",
  details: [
    `Send it as Apim-Debug-Authorization: the answer has Apim-Trace-Id, and the trace is at /traces/{id} of the admin listener.`,
    `${TRACE_KEY} holds the key of the gateway (32 characters or more), as for turnpike run.`,
  ],
  options: {
    api: { type: "string", value: "ID", help: "the API that it is good for; default all" },
    "expires-after": { type: "string", value: "SECONDS", help: "how long it is good; default and most 3600" },
  },
  printsValues: true,
  run(call) {
    const key = traceKey();
    if (key === undefined)
      throw new UsageError(`${TRACE_KEY} is not set.`, "It holds the key that the gateway was started with.");
    const text = call.text("expires-after") ?? String(HOUR);
    const seconds = /^\d{1,4}$/.test(text) ? Number(text) : 0;
    if (!(seconds >= 1 && seconds <= HOUR))
      throw new UsageError(`Invalid value '${text}' of '--expires-after': expected seconds from 1 to ${HOUR}.`);
    const expiresAt = Date.now() + seconds * 1000;
    const token = debugToken(key, { api: call.text("api") ?? "*", expiresAt });
    call.output.print(call.has("json") ? JSON.stringify({ token, expires: new Date(expiresAt).toISOString() }) : token);
    return Promise.resolve(0);
  },
};

/** The key for traces, if there is one. */
export function traceKey(): string | undefined {
  const key = process.env[TRACE_KEY];
  if (key !== undefined && key.length < 32) throw new UsageError(`Invalid ${TRACE_KEY}: expected at least 32 characters.`);
  return key;
}
