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
  const address = callerOf(fromTheEnd(headers.getAll("x-forwarded-for")), remote, trusted);
  const last = (name: string): string | undefined => fromTheEnd(headers.getAll(name)).next().value;
  // Some say `wss` of a WebSocket's handshake.
  const scheme = last("x-forwarded-proto")
    ?.toLowerCase()
    .replace(/^ws(s?)$/, "http$1");
  return { address, scheme: schemeOf(scheme), host: hostOf(last("x-forwarded-host")) };
}

/**
 * Reads `Forwarded` (RFC 7239) in the same way: a hop is the `for` of an element, scheme and host are those of the last element. A header that is
 * not well-formed, or longer than {@link MOST_FORWARDED}, says nothing.
 */
export function forwardedByStandard(headers: Headers, remote: string, trusted: (address: string) => boolean): Forwarded {
  const elements = forwardedElements(headers.getAll("forwarded").join(",")) ?? [];
  const hops = elements.toReversed().map((element) => element.get("for") ?? "");
  const last = elements.at(-1);
  return {
    address: callerOf(hops, remote, trusted),
    scheme: schemeOf(last?.get("proto")?.toLowerCase()),
    host: hostOf(last?.get("host")),
  };
}

/** Most characters of `Forwarded` that are read. */
const MOST_FORWARDED = 16_384;
/** A pair of an element (RFC 7239, 4), and what parts it from the next. */
const PAIR = /[ \t]*(?:([!#$%&'*+\-.^_`|~\w]+)=(?:([!#$%&'*+\-.^_`|~\w]+)|"((?:[^"\\]|\\.)*)")[ \t]*)?([;,]|$)/y;

/** The elements, each by the names of its pairs in lower case; null for what is none. */
function forwardedElements(text: string): ReadonlyMap<string, string>[] | null {
  if (text.length > MOST_FORWARDED) return null;
  const elements: Map<string, string>[] = [];
  let element = new Map<string, string>();
  for (let at = 0; at < text.length; ) {
    PAIR.lastIndex = at;
    const match = PAIR.exec(text);
    if (match === null) return null;
    const [whole, name, token, quoted, end] = match;
    if (name !== undefined) {
      // A name that is there twice says nothing that can be trusted.
      if (element.has(name.toLowerCase())) return null;
      element.set(name.toLowerCase(), token ?? quoted!.replace(/\\(.)/g, "$1"));
    }
    at += whole.length;
    if (end === ";" && at < text.length) continue;
    if (element.size > 0) elements.push(element);
    element = new Map();
  }
  return elements;
}

/** The last address of a chain that is not a trusted proxy's. @param hops the last one first */
function callerOf(hops: Iterable<string>, remote: string, trusted: (address: string) => boolean): string {
  let address = remote;
  let count = 0;
  for (const hop of hops) {
    const plain = withoutPort(hop);
    if (isIP(plain) === 0 || ++count > MOST_HOPS) break;
    address = plain;
    if (!trusted(plain)) break;
  }
  return address;
}

const schemeOf = (scheme: string | undefined): Forwarded["scheme"] => (scheme === "http" || scheme === "https" ? scheme : null);

const hostOf = (host: string | undefined): string | null =>
  host !== undefined && /^[^\s/?#@\\]{1,255}$/.test(host) ? host : null;

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
