import type { IncomingMessage, ServerResponse } from "node:http";
import type { Gateway } from "@turnpike/core";
import { apimTrace } from "@turnpike/core/adapter";
import { type AdminOptions, type AdminSource, GatewaySource } from "./source.js";

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
  return adminPages(new GatewaySource(typeof gateway === "function" ? gateway : () => gateway, options));
}

/** The same pages, of whatever can say what stands in them. */
export function adminPages(source: AdminSource): AdminHandler {
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
    page.show(source, url!).then(
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
  readonly show: (source: AdminSource, url: URL) => Promise<Page>;
}[] = [
  { path: "/metrics", show: (source) => source.metrics() },
  { path: "/livez", show: async () => ({ data: { status: "ok" } }) },
  {
    path: "/startupz",
    show: async (source) => (source.hasStarted() ? { data: { status: "ok" } } : { status: 503, data: { status: "starting" } }),
  },
  {
    path: "/readyz",
    async show(source) {
      const { isReady, checks } = await source.readiness();
      return { status: isReady ? 200 : 503, data: { status: isReady ? "ok" : "not ready", checks } };
    },
  },
  {
    path: "/health",
    async show(source) {
      const health = await source.health();
      return health === null ? { status: 503, data: { status: "starting" } } : { data: health };
    },
  },
  {
    path: "/shadow",
    async show(source) {
      const report = await source.shadow();
      return report === null ? null : { data: report };
    },
  },
  { path: "/traces", isFolder: true, show: traces },
];

/** Which traces there are, or one of them: in our shape, or with `?format=apim` in API Management's. */
async function traces(source: AdminSource, { pathname, searchParams }: URL): Promise<Page> {
  const id = pathname.slice("/traces/".length);
  if (id === "") {
    const list = await source.traces();
    return list === null ? null : { data: list };
  }
  const found = await source.trace(id);
  if (found === null) return null;
  return { data: searchParams.get("format") === "apim" ? apimTrace(found.trace, found.serviceName) : found.trace };
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
