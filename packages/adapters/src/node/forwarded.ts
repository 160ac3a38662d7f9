import { BlockList, isIP } from "node:net";
import type { Headers } from "@turnpike/core";

/** Addresses and networks, or everybody. */
export type TrustedProxies = true | readonly string[];

/** Makes the test for a peer's address. @throws TypeError for what is no address or network */
export function isTrusted(proxies: TrustedProxies | undefined): (address: string) => boolean {
  if (proxies === undefined) return () => false;
  if (proxies === true) return () => true;
  const list = new BlockList();
  for (const one of proxies) {
    const [address = "", bits] = one.split("/");
    const version = isIP(address);
    const length = bits === undefined ? null : Number(bits);
    const most = version === 4 ? 32 : 128;
    if (version === 0 || (length !== null && !(Number.isInteger(length) && length >= 0 && length <= most)))
      throw new TypeError(`"${one}" is neither an address nor a network such as 10.0.0.0/8.`);
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

/**
 * Reads `X-Forwarded-*`. The caller is the last address in the chain that is not a trusted proxy itself: what stands further left, anyone
 * may have written.
 */
export function forwardedFrom(headers: Headers, remote: string, trusted: (address: string) => boolean): Forwarded {
  const values = (name: string): string[] => headers.getAll(name).flatMap((value) => value.split(",").map((one) => one.trim()));
  let address = remote;
  for (const written of values("x-forwarded-for").reverse()) {
    const hop = withoutPort(written);
    if (isIP(hop) === 0) break;
    address = hop;
    if (!trusted(hop)) break;
  }
  // Some say `wss` of a WebSocket's handshake.
  const scheme = values("x-forwarded-proto")
    .at(-1)
    ?.toLowerCase()
    .replace(/^ws(s?)$/, "http$1");
  const host = values("x-forwarded-host").at(-1);
  return {
    address,
    scheme: scheme === "http" || scheme === "https" ? scheme : null,
    host: host !== undefined && /^[^\s/?#@\\]{1,255}$/.test(host) ? host : null,
  };
}

/** Some proxies (Azure's Application Gateway) write the caller's port as well: `1.2.3.4:5678`, `[2001:db8::1]:5678`. */
function withoutPort(hop: string): string {
  const match = /^(?:\[([^\]]*)\]|(\d+\.\d+\.\d+\.\d+))(?::\d{1,5})?$/.exec(hop);
  return match === null ? hop : (match[1] ?? match[2]!);
}
