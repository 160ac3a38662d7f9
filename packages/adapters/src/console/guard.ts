import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";

/** A refusal: the status and what is said. */
export interface Refusal {
  readonly status: number;
  readonly message: string;
}

const LARGEST_BODY = 2 * 1024 * 1024;

/** The name in a Host header, without its port. */
const nameOf = (host: string): string =>
  host
    .replace(/:\d+$/, "")
    .replace(/^\[|\]$/g, "")
    .toLowerCase();

/**
 * Whether a request may be meant for the console. A page elsewhere can point a name of its own at this machine, and have a browser ask under
 * that name: then the Host header says so.
 * @param hosts the names under which it is reached; null: on a loopback address `localhost` and addresses, elsewhere all
 */
export function refusalOf(incoming: IncomingMessage, hosts: ReadonlySet<string> | null): Refusal | null {
  const name = nameOf(incoming.headers.host ?? "");
  const isKnown = hosts === null ? !isOnLoopback(incoming) || name === "localhost" || isIP(name) !== 0 : hosts.has(name);
  if (!isKnown) return { status: 421, message: "The console is not reached under this name." };
  const site = incoming.headers["sec-fetch-site"];
  const isNavigation = incoming.headers["sec-fetch-mode"] === "navigate" && incoming.method === "GET";
  if (site !== undefined && site !== "same-origin" && site !== "none" && !isNavigation)
    return { status: 403, message: "The console answers no other site." };
  return null;
}

function isOnLoopback({ socket }: IncomingMessage): boolean {
  const address = (socket.localAddress ?? "").replace(/^::ffff:/, "");
  return address === "::1" || address.startsWith("127.");
}

/** Whether a request that changes something comes from the console's own page. A form of another site cannot send JSON. */
export function writeRefusal({ headers }: IncomingMessage): Refusal | null {
  const type = (headers["content-type"] ?? "").split(";", 1)[0]!.trim().toLowerCase();
  if (type !== "application/json") return { status: 415, message: "Invalid Content-Type: expected application/json." };
  const { origin, host } = headers;
  if (origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`)
    return { status: 403, message: "The console takes no requests from other sites." };
  return null;
}

/** The JSON body of a request; undefined if it is none, or larger than 2 MiB. Also where something has read it before, as `express.json()` does. */
export async function jsonBody(incoming: IncomingMessage): Promise<unknown> {
  if ("body" in incoming && typeof incoming.body === "object") return incoming.body;
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > LARGEST_BODY) return undefined;
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8")) as unknown;
  } catch {
    return undefined;
  }
}
