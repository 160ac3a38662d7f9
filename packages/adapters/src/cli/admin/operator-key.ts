import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { isIP } from "node:net";
import type { AdminHandler } from "../../admin/index.js";
import { UsageError } from "../command.js";

/** The variable that holds the key of the operator's listeners: it does not belong on a command line. */
export const ADMIN_KEY = "TURNPIKE_ADMIN_KEY";
const SHORTEST = 32;
/** What orchestrators ask for without a key; it says no more than whether the gateway runs. */
const PROBES = new Set(["/livez", "/readyz", "/startupz"]);

/**
 * The key that `--admin` and `--console` ask for; null where they ask for none.
 * @throws UsageError if it is too short
 */
export function operatorKey(): string | null {
  const key = process.env[ADMIN_KEY];
  if (key === undefined || key === "") return null;
  if (key.length < SHORTEST) throw new UsageError(`Invalid ${ADMIN_KEY}: expected at least ${SHORTEST} characters.`);
  return key;
}

/** Is it a name or address that only this machine reaches? */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}

/**
 * Refuses a listener that other machines reach and that asks for no key.
 * @param option the command's option that asks for it
 * @throws UsageError
 */
export function needKey(option: string, host: string, key: string | null): void {
  if (key !== null || isLoopback(host)) return;
  throw new UsageError(
    `'${option}' needs a key where other machines reach it: ${host} is no loopback address.`,
    `Set ${ADMIN_KEY} to ${SHORTEST} characters or more.`,
  );
}

/** The handler behind the key: as the password of Basic, which browsers ask for, or as a Bearer token (RFC 7617, RFC 6750). Never in a URL. */
export function behindKey(handler: AdminHandler, key: string): AdminHandler {
  const expected = digestOf(key);
  return (incoming, outgoing) => {
    const given = keyOf(incoming);
    if (isProbe(incoming) || (given !== null && timingSafeEqual(digestOf(given), expected))) return handler(incoming, outgoing);
    refuse(outgoing);
  };
}

function isProbe({ method, url = "" }: IncomingMessage): boolean {
  return (method === "GET" || method === "HEAD") && PROBES.has(url);
}

function keyOf({ headers }: IncomingMessage): string | null {
  const [, scheme, credentials] = /^(basic|bearer) +(\S+)$/i.exec(headers.authorization ?? "") ?? [];
  if (scheme === undefined) return null;
  if (scheme.toLowerCase() === "bearer") return credentials!;
  const pair = Buffer.from(credentials!, "base64").toString("utf8");
  return pair.slice(pair.indexOf(":") + 1);
}

const digestOf = (text: string): Buffer => createHash("sha256").update(text).digest();

function refuse(outgoing: ServerResponse): void {
  outgoing.writeHead(401, {
    "Content-Type": "application/json",
    "WWW-Authenticate": 'Basic realm="Turnpike", charset="UTF-8"',
    "Cache-Control": "no-store",
  });
  outgoing.end(JSON.stringify({ message: "This listener asks for the operator's key: as the password, or as a Bearer token." }));
}
