import type { Attributes } from "@opentelemetry/api";
import type { GatewayOutcome } from "@turnpike/core";

const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"]);

/** A method as the conventions have it: callers cannot make more of them. */
export function methodOf(method: string): string {
  return METHODS.has(method) ? method : "_OTHER";
}

/** Where a URL leads, without its query, which may hold keys. */
export function targetOf(url: string): { readonly attributes: Attributes; readonly shown: string; readonly path: string } {
  if (!URL.canParse(url)) return { attributes: {}, shown: "", path: "" };
  const { protocol, hostname, port, pathname, search, host } = new URL(url);
  const scheme = protocol.slice(0, -1);
  const implied = scheme === "https" || scheme === "wss" ? 443 : 80;
  return {
    attributes: { "server.address": hostname, "server.port": port === "" ? implied : Number(port), "url.scheme": scheme },
    shown: `${protocol}//${host}${pathname}${search === "" ? "" : "?REDACTED"}`,
    path: pathname,
  };
}

/** What failed, in a word of few: the error's reason or else the status; null if nothing did. */
export function errorTypeOf({ status, error }: GatewayOutcome): string | null {
  if (status !== 0 && status < 500) return null;
  return error?.reason ?? (status === 0 ? "ClientConnectionFailure" : String(status));
}

/** Attributes of a server span that are known when the answer has gone out. Those without a value are left out. */
export function outcomeAttributes(outcome: GatewayOutcome): Attributes {
  const { attributes, path } = targetOf(outcome.url);
  const { by, error, times, model, rpc } = outcome;
  return {
    ...attributes,
    "url.path": path,
    "client.address": outcome.ipAddress,
    ...present({
      "http.route": outcome.route,
      "http.response.status_code": outcome.status === 0 ? null : outcome.status,
      "network.protocol.version": outcome.protocol?.replace(/^HTTP\//, "") ?? null,
      "error.type": errorTypeOf(outcome),
      "turnpike.api": outcome.api,
      "turnpike.api.revision": outcome.revision,
      "turnpike.operation": outcome.operation,
      "turnpike.product": outcome.product,
      "turnpike.subscription": outcome.subscription,
      "turnpike.policy": by.policy,
      "turnpike.section": by.section,
      "turnpike.scope": by.scope,
      "turnpike.place": by.place === null ? null : `${by.place.file}:${by.place.line}:${by.place.column}`,
      "turnpike.error.reason": error?.reason ?? null,
      "turnpike.backend": outcome.backend?.id ?? null,
      "gen_ai.request.model": model?.requestModel ?? null,
      "gen_ai.operation.name": model?.operation ?? rpc?.method ?? null,
      "gen_ai.tool.name": rpc?.tool ?? null,
      "gen_ai.conversation.id": rpc?.session ?? null,
      "gen_ai.agent.id": rpc?.agent ?? null,
      "gen_ai.usage.input_tokens": model?.inputTokens ?? null,
      "gen_ai.usage.output_tokens": model?.outputTokens ?? null,
    }),
    "turnpike.request_id": outcome.requestId,
    "turnpike.answered_by": by.layer,
    "turnpike.cache": outcome.cache,
    "turnpike.retries": outcome.retries,
    "turnpike.time.gateway": times.gateway,
    "turnpike.time.backend": times.backend,
    "turnpike.time.client": times.client,
  };
}

function present(attributes: Readonly<Record<string, string | number | null>>): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== null)) as Attributes;
}
