import { HeaderNames } from "../http/header-names.js";
import type { Headers } from "../http/headers.js";
import { readDebugToken } from "../observe/debug-token.js";
import type { TraceOptions } from "../observe/kept-traces.js";
import type { Snapshot } from "../snapshot/snapshot.js";
import type { HandledResponse } from "./options.js";

/** Headers between caller and gateway alone: no policy and no backend gets to see them. */
export const debugHeaders = new HeaderNames(["ocp-apim-trace", "apim-debug-authorization"]);

/** Whether a caller may have a trace, and what else it is to be told. */
export interface AskedTrace {
  readonly isAllowed: boolean;
  /** The API that it may be of; `*` for all. */
  readonly api: string;
  /** A header for the answer where that is a no. */
  readonly refusal: readonly [name: string, value: string] | null;
}

const NOT_ASKED: AskedTrace = { isAllowed: false, api: "*", refusal: null };

/** Does the caller ask for a trace, and may it have one: by a token, or by the key of a subscription that is all-access or has `allowTracing`? */
export function askedTrace(headers: Headers, { key }: TraceOptions, snapshot: Snapshot, now: number): AskedTrace {
  const token = headers.get("apim-debug-authorization");
  if (token !== null && key !== undefined) {
    const grant = readDebugToken(key, token);
    if (grant === null) return NOT_ASKED;
    if (grant.expiresAt > now) return { isAllowed: true, api: grant.api, refusal: null };
    return { ...NOT_ASKED, refusal: ["Apim-Debug-Authorization-Expired", new Date(grant.expiresAt).toUTCString()] };
  }
  if (headers.get("ocp-apim-trace")?.trim().toLowerCase() !== "true") return NOT_ASKED;
  const subscriptionKey = headers.get("ocp-apim-subscription-key");
  return { ...NOT_ASKED, isAllowed: subscriptionKey !== null && snapshot.access.mayTrace(subscriptionKey) };
}

/** Tells a caller who may have a trace where it is. */
export function tellOfTrace({ headers }: HandledResponse, id: string, asked: AskedTrace, api: string | null): void {
  if (asked.refusal !== null) headers.set(...asked.refusal);
  if (!asked.isAllowed) return;
  if (asked.api !== "*" && asked.api !== api)
    return headers.set(
      "Apim-Debug-Authorization-WrongAPI",
      `The token is for the API ${asked.api}.`.replace(/[^\x20-\x7e]/g, "?"),
    );
  headers.set("Apim-Trace-Id", id);
  headers.set("Ocp-Apim-Trace-Location", `/traces/${id}`);
}
