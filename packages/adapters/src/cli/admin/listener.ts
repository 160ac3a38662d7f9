import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Gateway } from "@turnpike/core";
import { apimTrace } from "@turnpike/core/adapter";
import { type CommandCall, UsageError } from "../command.js";

/** What `GET` of a path gives; undefined: nothing. */
export type AdminPage = (url: URL, gateway: Gateway) => unknown;

/** The pages of the admin listener, by the beginning of their path. */
const pages: Readonly<Record<string, AdminPage>> = {
  "/traces": (url, gateway) => {
    const id = url.pathname.slice("/traces/".length);
    if (id === "") return gateway.traces.list();
    const trace = gateway.traces.get(id);
    if (trace === null) return undefined;
    return url.searchParams.get("format") === "apim" ? apimTrace(trace, gateway.configuration.deployment.serviceName) : trace;
  },
};

/** Where `--admin` says that the listener is; null without it. */
export function adminAddress(call: CommandCall): { readonly host: string; readonly port: number } | null {
  const text = call.text("admin");
  if (text === undefined) return null;
  const match = /^(?:(?<host>\[[\da-f:]+\]|[^:\s]+):)?(?<port>\d{1,5})$/i.exec(text);
  const port = match === null ? Number.NaN : Number(match.groups!["port"]);
  if (!(port <= 65_535)) throw new UsageError(`Invalid value '${text}' of '--admin': expected HOST:PORT or PORT.`);
  return { host: (match!.groups!["host"] ?? "127.0.0.1").replace(/^\[|\]$/g, ""), port };
}

/** A server beside the gateway's own, for its operator alone: it asks for no key. */
export async function serveAdmin(
  { host, port }: { readonly host: string; readonly port: number },
  gateway: () => Gateway,
): Promise<{ readonly url: string; readonly server: Server }> {
  const server = createServer((incoming, outgoing) => answer(incoming, outgoing, gateway()));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, host, resolve);
  });
  const { address, family, port: chosen } = server.address() as AddressInfo;
  return { url: `http://${family === "IPv6" ? `[${address}]` : address}:${chosen}`, server };
}

function answer({ method, url = "/" }: IncomingMessage, outgoing: ServerResponse, gateway: Gateway): void {
  const parsed = URL.canParse(url, "http://admin") ? new URL(url, "http://admin") : null;
  const page = Object.entries(pages).find(([path]) => parsed?.pathname === path || parsed?.pathname.startsWith(`${path}/`))?.[1];
  const data = method === "GET" && parsed !== null ? page?.(parsed, gateway) : undefined;
  outgoing.writeHead(data === undefined ? 404 : 200, {
    "Content-Type": "application/json",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
  });
  outgoing.end(JSON.stringify(data ?? { message: "There is no such page." }));
}
