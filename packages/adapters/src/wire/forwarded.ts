import { BlockList, isIP } from "node:net";
import type { Headers } from "@turnpike/core";

/** Addresses and networks, or everybody. */
export type TrustedProxies = true | readonly string[];

/** Makes the test for a peer's address. @throws TypeError for what is no address or network */
export function isTrusted(proxies: TrustedProxies | undefined): (address: string) => boolean {
  if (proxies === undefined) return () => false;
  if (proxies === true) return () => true;
  const list = new BlockList();
  for (const proxy of proxies) {
    const [address = "", bits] = proxy.split("/");
    const version = isIP(address);
    const length = bits === undefined ? null : Number(bits);
    const most = version === 4 ? 32 : 128;
    if (version === 0 || (length !== null && !(Number.isInteger(length) && length >= 0 && length <= most)))
      throw new TypeError(`Invalid proxy '${proxy}': expected an address or a network such as 10.0.0.0/8.`);
    const family = version === 4 ? "ipv4" : "ipv6";
    if (length === null) list.addAddress(address, family);
    else list.addSubnet(address, length, family);
  }
  return (address) => {
    const version = isIP(address);
    return version !== 0 && list.check(address, version === 4 ? "ipv4" : "ipv6");
  };
}

/** What trusted proxies say of the caller. Parts that they do not say, or not well, are null. */
export interface Forwarded {
  readonly address: string;
  readonly scheme: "http" | "https" | null;
  readonly host: string | null;
}

/** Most hops of a chain that are looked at: longer ones are made up. */
const MOST_HOPS = 64;

/**
 * Reads `X-Forwarded-*`. The caller is the last address in the chain that is not a trusted proxy itself: what stands further left, anyone
 * may have written. An address may come with a port (`192.0.2.1:4711`, `[2001:db8::1]:4711`), which is left out.
 */
export function forwardedFrom(headers: Headers, remote: string, trusted: (address: string) => boolean): Forwarded {
  let address = remote;
  let hops = 0;
  for (const hop of fromTheEnd(headers.getAll("x-forwarded-for"))) {
    const plain = withoutPort(hop);
    if (isIP(plain) === 0 || ++hops > MOST_HOPS) break;
    address = plain;
    if (!trusted(plain)) break;
  }
  const last = (name: string): string | undefined => fromTheEnd(headers.getAll(name)).next().value;
  // Some say `wss` of a WebSocket's handshake.
  const scheme = last("x-forwarded-proto")
    ?.toLowerCase()
    .replace(/^ws(s?)$/, "http$1");
  const host = last("x-forwarded-host");
  return {
    address,
    scheme: scheme === "http" || scheme === "https" ? scheme : null,
    host: host !== undefined && /^[^\s/?#@\\]{1,255}$/.test(host) ? host : null,
  };
}

/** The members of a list header, the last one first, each found only when it is asked for. */
function* fromTheEnd(lines: readonly string[]): Generator<string, undefined> {
  for (const line of lines.toReversed()) {
    let end = line.length;
    while (end >= 0) {
      const comma = end === 0 ? -1 : line.lastIndexOf(",", end - 1);
      yield line.slice(comma + 1, end).trim();
      end = comma;
    }
  }
}

/** Some proxies (Azure's Application Gateway) write the caller's port as well: `1.2.3.4:5678`, `[2001:db8::1]:5678`. */
function withoutPort(hop: string): string {
  const match = /^(?:\[([^\]]*)\]|(\d+\.\d+\.\d+\.\d+))(?::\d{1,5})?$/.exec(hop);
  return match === null ? hop : (match[1] ?? match[2]!);
}
