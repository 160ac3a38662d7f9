import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, isIP } from "node:net";
import type { AdminHandler } from "../../admin/index.js";
import { type CommandCall, UsageError } from "../command.js";
import { behindKey, needKey, operatorKey } from "./operator-key.js";

const DEFAULT_ADMIN = "127.0.0.1:9464";

/** Where the admin listener listens. */
export interface AdminAddress {
  readonly host: string;
  readonly port: number;
}

/** Where `--admin` says that the listener is; null without it. */
export function adminAddress(call: CommandCall): AdminAddress | null {
  const given = call.text("admin");
  if (given === undefined) return null;
  const text = given === "" ? DEFAULT_ADMIN : given;
  const match = /^(?:(?<host>\[[\da-f:]+\]|[^:\s]+):)?(?<port>\d{1,5})$/i.exec(text);
  const port = match === null ? Number.NaN : Number(match.groups!["port"]);
  if (!(port <= 65_535)) throw new UsageError(`Invalid value '${text}' of '--admin': expected HOST:PORT or PORT.`);
  return { host: (match!.groups!["host"] ?? "127.0.0.1").replace(/^\[|\]$/g, ""), port };
}

/**
 * A server beside the gateway's own, for its operator alone: whoever reaches it from another machine needs the key.
 * @param option the command's option that asks for it
 * @throws UsageError if nothing can listen there, or if others reach it and there is no key
 */
export async function serveAdmin(
  { host, port }: AdminAddress,
  handler: AdminHandler,
  option = "--admin",
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const key = operatorKey();
  needKey(option, host, key);
  const guarded = key === null ? handler : behindKey(handler, key);
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 10_000 });
  const { address, family, port: chosen } = await listening(server, { host, port }, option);
  const isLoopback = address === "::1" || address.startsWith("127.");
  server.on("request", (incoming, outgoing) =>
    isLoopback && !isLocal(incoming) ? refuse(outgoing) : guarded(incoming, outgoing),
  );
  return {
    url: `http://${family === "IPv6" ? `[${address}]` : address}:${chosen}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listening(server: Server, { host, port }: AdminAddress, option: string): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once("error", ({ code, message }: NodeJS.ErrnoException) =>
      reject(new UsageError(`'${option}' cannot listen on ${host}:${port} (${code ?? message}).`)),
    );
    server.listen(port, host, () => resolve(server.address() as AddressInfo));
  });
}

/** A page in a browser may reach the loopback address by a name of its own: then the Host header says so. */
function isLocal({ headers }: IncomingMessage): boolean {
  const host = (headers.host ?? "").replace(/:\d+$/, "").replace(/^\[|\]$/g, "");
  return host === "" || host.toLowerCase() === "localhost" || isIP(host) !== 0;
}

function refuse(outgoing: ServerResponse): void {
  outgoing.writeHead(421, { "Content-Type": "application/json" });
  outgoing.end(JSON.stringify({ message: "This listener is for this machine: ask for 127.0.0.1 or localhost." }));
}
