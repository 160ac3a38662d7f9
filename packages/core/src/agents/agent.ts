import type { AgentModel } from "../model/model.js";
import { unpacked } from "../policies/bodies/unpack.js";
import { policyError } from "../policy/declared-error.js";
import type { Exchange } from "../policy/exchange.js";
import { agentCard } from "./agent-card.js";

/** Longest card that is read, in bytes. */
const LONGEST_CARD = 1 << 20;
/** What tells of the agent's own card, and no longer holds of the changed one. */
const OUTDATED = [
  "Content-Encoding",
  "Content-Length",
  "Content-MD5",
  "Digest",
  "Content-Digest",
  "Repr-Digest",
  "ETag",
  "Last-Modified",
];

/** The agent's card is none. */
export const cardUnreadable = policyError({
  status: 502,
  reason: "AgentCardUnreadable",
  when: "the backend of an A2A agent's card answers 200 with what is no JSON object of up to 1 MiB",
  message: "The card of the agent cannot be read: expected a JSON object.",
  toCaller: "Bad gateway.",
});

/**
 * Sends a request to an A2A API where it belongs: to the agent's runtime, or to its card, which outbound then has as callers get it.
 * @param isCard whether the card is asked for
 */
export function reachAgent(exchange: Exchange, agent: AgentModel, isCard: boolean): void {
  const { request } = exchange;
  const place = isCard ? agent.cardUrl : agent.runtimeUrl;
  exchange.target = { backendId: null, baseUrl: place.with({ path: "", queryString: "" }) };
  request.url = request.url.with({ path: place.path === "" ? "/" : place.path });
  if (!isCard) return;
  request.headers.set("Accept-Encoding", "identity");
  exchange.atResponse.push((answered) => changeCard(answered));
}

async function changeCard(exchange: Exchange): Promise<void> {
  const { api, response, originalUrl, basePath, hasBackendResponse } = exchange;
  if (!hasBackendResponse || response.status !== 200 || api === null) return;
  const isWhole = await response.body.bufferWithin(LONGEST_CARD);
  const card = isWhole ? parsed(response.body.bytes, response.headers.get("Content-Encoding")) : null;
  if (card === null) throw cardUnreadable.error({}, { source: "forward-request" });
  const changed = agentCard(card, {
    address: `${originalUrl.scheme}://${originalUrl.authority}${basePath}`,
    keyNames: api.subscriptionRequired ? api.subscriptionKeyParameterNames : null,
  });
  for (const name of OUTDATED) response.headers.delete(name);
  response.body.replace(Buffer.from(JSON.stringify(changed)));
}

function parsed(bytes: Uint8Array | null, contentEncoding: string | null): Readonly<Record<string, unknown>> | null {
  try {
    const plain = unpacked(bytes ?? new Uint8Array(0), contentEncoding, LONGEST_CARD);
    const json: unknown = JSON.parse(Buffer.from(plain ?? []).toString("utf8"));
    return typeof json === "object" && json !== null && !Array.isArray(json) ? (json as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
