import type { IncomingMessage, ServerResponse } from "node:http";
import type { Gateway, ShadowReport } from "@turnpike/core";
import { apimTrace } from "@turnpike/core/adapter";
import type { GatewayMetrics } from "./metrics.js";

/** What an admin handler shows besides its gateway. */
export interface AdminOptions {
  /** What `/metrics` shows. Without it there is no such page. */
  readonly metrics?: GatewayMetrics;
  /** True from when the process is told to stop: then `/readyz` says no. */
  readonly isDraining?: () => boolean;
  /** True: `/readyz` says no while the store is away. Default false: then the gateway goes on in the mode that the store was told. */
  readonly needsStore?: boolean;
}

/** A request listener. A path that it does not know is answered 404, or handed to `next` if there is one, as in Express. */
export type AdminHandler = (incoming: IncomingMessage, outgoing: ServerResponse, next?: () => void) => void;

/** What a page gives: plain data as JSON, or a text of a type of its own; null: there is no such page. */
type Page = { readonly status?: number; readonly data: unknown } | { readonly text: string; readonly type: string } | null;

/**
 * What operators and orchestrators look at: `/metrics`, `/livez`, `/readyz`, `/startupz`, `/health`, `/shadow`, `/traces`,
 * `/traces/{id}`. It asks for no key: mount it where callers do not come, on another port or behind the host's own login.
 *
 *     http.createServer(adminHandler(gateway, { metrics })).listen(9464, "127.0.0.1");
 *
 * @param gateway the gateway, or what gives it; null as long as it has not started
 */
export function adminHandler(gateway: Gateway | (() => Gateway | null), options: AdminOptions = {}): AdminHandler {
  const current = typeof gateway === "function" ? gateway : () => gateway;
  return (incoming, outgoing, next) => {
    const url = URL.canParse(incoming.url ?? "/", "http://admin") ? new URL(incoming.url ?? "/", "http://admin") : null;
    const page =
      url === null
        ? undefined
        : pages.find(({ path, isFolder }) => url.pathname === path || (isFolder === true && url.pathname.startsWith(`${path}/`)));
    if (page === undefined) {
      if (next !== undefined) return next();
      return send(incoming, outgoing, 404, JSON.stringify({ message: "There is no such page." }));
    }
    if (incoming.method !== "GET" && incoming.method !== "HEAD") {
      outgoing.setHeader("Allow", "GET, HEAD");
      return send(incoming, outgoing, 405, JSON.stringify({ message: "Only GET and HEAD are taken here." }));
    }
    Promise.resolve(page.show(current(), options, url!)).then(
      (shown) => {
        if (shown === null) send(incoming, outgoing, 404, JSON.stringify({ message: "There is no such page." }));
        else if ("text" in shown) send(incoming, outgoing, 200, shown.text, shown.type);
        else send(incoming, outgoing, shown.status ?? 200, JSON.stringify(shown.data));
      },
      () => send(incoming, outgoing, 500, JSON.stringify({ message: "The page failed." })),
    );
  };
}

const pages: readonly {
  readonly path: string;
  /** True: what lies below the path is the page's, too. */
  readonly isFolder?: true;
  readonly show: (gateway: Gateway | null, options: AdminOptions, url: URL) => Page | Promise<Page>;
}[] = [
  {
    path: "/metrics",
    async show(gateway, { metrics }) {
      return metrics === undefined ? null : { text: await metrics.page(gateway), type: metrics.contentType };
    },
  },
  { path: "/livez", show: () => ({ data: { status: "ok" } }) },
  {
    path: "/startupz",
    show: (gateway) => (gateway === null ? { status: 503, data: { status: "starting" } } : { data: { status: "ok" } }),
  },
  { path: "/readyz", show: readiness },
  {
    path: "/health",
    show(gateway) {
      if (gateway === null) return { status: 503, data: { status: "starting" } };
      const { backends, store, since } = gateway.health();
      return {
        data: {
          configuration: { since: new Date(since).toISOString(), apis: gateway.configuration.apis.size },
          store,
          backends,
          setAside: gateway.setAside,
        },
      };
    },
  },
  { path: "/shadow", show: (gateway) => (gateway?.shadow == null ? null : { data: shadowPage(gateway.shadow.report()) }) },
  { path: "/traces", isFolder: true, show: (gateway, _, url) => (gateway === null ? null : traces(gateway, url)) },
];

/** What a second configuration would change, with times as texts. */
function shadowPage({ since, operations, ...report }: ShadowReport): object {
  const time = (at: number): string => new Date(at).toISOString();
  return {
    since: time(since),
    ...report,
    operations: operations.map(({ kinds, ...operation }) => ({
      ...operation,
      kinds: kinds.map(({ examples, ...kind }) => ({
        ...kind,
        examples: examples.map(({ at, ...example }) => ({ at: time(at), ...example })),
      })),
    })),
  };
}

/** Which traces there are, or one of them: in our shape, or with `?format=apim` in API Management's. */
function traces(gateway: Gateway, { pathname, searchParams }: URL): Page {
  const id = pathname.slice("/traces/".length);
  if (id === "") return { data: gateway.traces.list() };
  const trace = gateway.traces.get(id);
  if (trace === null) return null;
  return { data: searchParams.get("format") === "apim" ? apimTrace(trace, gateway.configuration.deployment.serviceName) : trace };
}

/** Each check by its name, so that whoever reads it sees which one says no. */
function readiness(gateway: Gateway | null, { isDraining, needsStore = false }: AdminOptions): Page {
  const store = gateway === null ? null : gateway.health().store;
  const isAway = store !== null && (store.counters === "away" || store.cache === "away");
  const checks = {
    configuration: gateway === null ? "not in force yet" : "in force",
    store: store === null ? "unknown" : isAway ? "away" : "up",
    draining: isDraining?.() === true,
  };
  const isReady = gateway !== null && !checks.draining && !(isAway && needsStore);
  return { status: isReady ? 200 : 503, data: { status: isReady ? "ok" : "not ready", checks } };
}

function send(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  status: number,
  text: string,
  type = "application/json",
): void {
  incoming.resume();
  if (outgoing.headersSent || outgoing.destroyed) return;
  outgoing.writeHead(status, {
    "Content-Type": type,
    "Content-Length": Buffer.byteLength(text),
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
  });
  outgoing.end(incoming.method === "HEAD" ? undefined : text);
}
