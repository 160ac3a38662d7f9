import type { Exchange } from "../../policy/exchange.js";
import { isJson, mediaType } from "../bodies/content-type.js";
import { type JsonValue, parseJson, writeJson } from "../bodies/json.js";
import { setTextBody } from "../bodies/text-body.js";

/** An error as GraphQL writes it (specification, section 7.1.2). */
export interface GraphqlFault {
  readonly message: string;
  /** Response keys from the root to the field. */
  readonly path?: readonly string[];
}

/**
 * Adds errors to the answer once the backend has given it, before outbound. The backend is asked for an answer without compression. One that is no
 * JSON object is left as it is.
 */
export function addGraphqlErrors({ request, atResponse }: Exchange, faults: readonly GraphqlFault[]): void {
  request.headers.set("Accept-Encoding", "identity");
  atResponse.push(async ({ hasBackendResponse, response, runtime }) => {
    if (!hasBackendResponse || !isJson(mediaType(response.headers.get("Content-Type")))) return;
    if (!(await response.body.bufferWithin(runtime.bodyLimit)) || response.body.work > runtime.bodyWork) return;
    const answer = objectIn(response.body.bytes);
    if (answer === null) return;
    const known = answer.get("errors");
    answer.set("errors", [...(Array.isArray(known) ? known : []), ...faults.map(faultValue)]);
    setTextBody(response, writeJson(answer));
  });
}

function objectIn(bytes: Uint8Array | null): Map<string, JsonValue> | null {
  try {
    const value = parseJson(new TextDecoder("utf-8", { fatal: true }).decode(bytes ?? new Uint8Array(0)));
    return value instanceof Map ? value : null;
  } catch {
    return null;
  }
}

function faultValue({ message, path }: GraphqlFault): JsonValue {
  const value = new Map<string, JsonValue>([["message", message]]);
  if (path !== undefined) value.set("path", [...path]);
  return value;
}
