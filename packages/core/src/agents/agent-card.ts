import type { SubscriptionKeyNames } from "../model/model.js";

type Json = Readonly<Record<string, unknown>>;

/** What the card of an agent behind the gateway is to say. */
export interface CardChanges {
  /** Where callers reach the agent: the API's own address. */
  readonly address: string;
  /** The names of the subscription key; null where none is asked for. */
  readonly keyNames: SubscriptionKeyNames | null;
}

const HEADER_KEY = "apiKeyHeader";
const QUERY_KEY = "apiKeyQuery";
const JSON_RPC = "JSONRPC";

/**
 * An agent's card as callers of the gateway get it: reached at the gateway's address, by JSON-RPC alone, with the subscription key among what it asks
 * for. Cards of A2A 0.3 (`url`, `additionalInterfaces`, `security`) and of 1.0 (`supportedInterfaces`, `securityRequirements`) each keep their form.
 * The agent's signatures do not cover the changes and are taken out.
 */
export function agentCard(card: Json, { address, keyNames }: CardChanges): Json {
  const { additionalInterfaces: _others, signatures: _signatures, supportedInterfaces, ...rest } = card;
  const isOld = !Array.isArray(supportedInterfaces);
  const reached = isOld
    ? { url: address, preferredTransport: JSON_RPC }
    : { supportedInterfaces: interfaces(supportedInterfaces, address), ...("url" in rest ? { url: address } : {}) };
  if (keyNames === null) return { ...rest, ...reached };
  const asks = isOld ? "security" : "securityRequirements";
  return {
    ...rest,
    ...reached,
    securitySchemes: {
      ...(isObject(rest["securitySchemes"]) ? rest["securitySchemes"] : {}),
      [HEADER_KEY]: scheme(isOld, "header", keyNames.header),
      [QUERY_KEY]: scheme(isOld, "query", keyNames.query),
    },
    [asks]: withKey(rest[asks], isOld),
  };
}

/** One interface for each version of the protocol that the agent speaks by JSON-RPC. */
function interfaces(listed: readonly unknown[], address: string): Json[] {
  const byVersion = new Map<unknown, Json>();
  for (const item of listed)
    if (isObject(item) && item["protocolBinding"] === JSON_RPC && !byVersion.has(item["protocolVersion"]))
      byVersion.set(item["protocolVersion"], item);
  return [...byVersion].map(([protocolVersion, { tenant }]) => ({
    url: address,
    protocolBinding: JSON_RPC,
    protocolVersion,
    ...(typeof tenant === "string" ? { tenant } : {}),
  }));
}

function scheme(isOld: boolean, place: "header" | "query", name: string): Json {
  return isOld ? { type: "apiKey", in: place, name } : { apiKeySecurityScheme: { location: place, name } };
}

/** Each alternative asks for the key besides, in the header or in the query. */
function withKey(asked: unknown, isOld: boolean): Json[] {
  const alternatives = Array.isArray(asked) ? asked.filter(isObject) : [];
  return (alternatives.length === 0 ? [{}] : alternatives).flatMap((alternative) =>
    [HEADER_KEY, QUERY_KEY].map((key) =>
      isOld
        ? { ...alternative, [key]: [] }
        : {
            ...alternative,
            schemes: { ...(isObject(alternative["schemes"]) ? alternative["schemes"] : {}), [key]: { list: [] } },
          },
    ),
  );
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
