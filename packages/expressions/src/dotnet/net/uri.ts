import { NetException, raise } from "../../runtime/exceptions.js";
import type { TypeHeader } from "../../types/header.js";
import { NetObject } from "../../types/values.js";
import { parseIPAddress } from "./ip-address.js";
import { displayText, isWellEscaped, MOST_CHARACTERS, normalizeEscapes, unescapeData, uriError } from "./uri-escape.js";

/** `UriKind`. */
export const UriKind = { relativeOrAbsolute: 0, absolute: 1, relative: 2 } as const;

/** Kinds of hosts, as `UriHostNameType` numbers them. */
export const HostKind = { unknown: 0, basic: 1, dns: 2, ipv4: 3, ipv6: 4 } as const;

const PORTS: ReadonlyMap<string, number> = new Map([
  ["http", 80],
  ["https", 443],
  ["ws", 80],
  ["wss", 443],
  ["ftp", 21],
  ["file", -1],
  ["mailto", 25],
  ["net.tcp", 808],
  ["ldap", 389],
  ["gopher", 70],
  ["nntp", 119],
  ["telnet", 23],
]);

/** Schemes whose paths lose their dot segments. */
const HIERARCHICAL = new Set(["http", "https", "ws", "wss", "ftp", "file", "net.tcp", "net.pipe"]);

/** An absolute URI taken apart. */
export interface UriParts {
  readonly scheme: string;
  readonly userInfo: string;
  readonly host: string;
  readonly hostKind: number;
  /** -1 for none. */
  readonly port: number;
  /** Escaped; begins with `/` where there is an authority. */
  readonly path: string;
  /** Escaped, with `?`, or empty. */
  readonly query: string;
  /** Escaped, with `#`, or empty. */
  readonly fragment: string;
  readonly hasAuthority: boolean;
  /** Of an IPv6 host: `%` and the scope, or empty. It is no part of the host, nor of the URI's text. */
  readonly scope: string;
}

/** A path that begins with a drive. */
const DRIVE = /^\/[A-Za-z]:/;

/** The header of System.Uri. */
export const uriHeader: TypeHeader = { header: "class System.Uri" };

/** System.Uri. */
export class Uri extends NetObject {
  private constructor(
    readonly original: string,
    private readonly absolute: UriParts | null,
  ) {
    super();
  }

  /** Throws ArgumentNullException and UriFormatException. */
  static create(text: string | null, kind: number): Uri {
    if (text === null) throw raise.argumentNull("uriString");
    const parsed = parse(text, kind);
    if (parsed instanceof NetException) throw parsed;
    return new Uri(text, parsed);
  }

  /** Null where {@link create} throws. */
  static tryCreate(text: string | null, kind: number): Uri | null {
    if (text === null) return null;
    const parsed = parse(text, kind);
    return parsed instanceof NetException ? null : new Uri(text, parsed);
  }

  /** A URI relative to a base. Throws ArgumentNullException, ArgumentOutOfRangeException, UriFormatException. */
  static resolve(base: Uri | null, relative: Uri | null): Uri {
    if (base === null) throw raise.argumentNull("baseUri");
    if (base.absolute === null) throw raise.argumentOutOfRange("baseUri");
    if (relative === null) throw raise.argumentNull("relativeUri");
    if (relative.isAbsolute) return relative;
    return Uri.create(merge(base.absolute, relative.original.trim()), UriKind.absolute);
  }

  override get declaration() {
    return uriHeader;
  }

  get isAbsolute(): boolean {
    return this.absolute !== null;
  }

  /** The parts. Throws InvalidOperationException for a relative URI. */
  get parts(): UriParts {
    if (this.absolute === null) throw raise.invalidOperation("This operation is not supported for a relative URI.");
    return this.absolute;
  }

  get authority(): string {
    const { host, port, scheme } = this.parts;
    return port === -1 || port === PORTS.get(scheme) ? host : `${host}:${port}`;
  }

  get isDefaultPort(): boolean {
    const { port, scheme } = this.parts;
    return port === (PORTS.get(scheme) ?? -1);
  }

  /** Scheme and authority, with user information. */
  get origin(): string {
    const { scheme, userInfo, hasAuthority } = this.parts;
    if (!hasAuthority) return `${scheme}:${scheme === "mailto" ? `${userInfo}@${this.parts.host}` : ""}`;
    return `${scheme}://${userInfo === "" ? "" : `${userInfo}@`}${this.authority}`;
  }

  get absoluteUri(): string {
    const { path, query, fragment } = this.parts;
    return this.origin + path + query + fragment;
  }

  /** As a program opens it: paths of drives and of other machines with backslashes. */
  get localPath(): string {
    const { scheme, host, path: escaped } = this.parts;
    const path = unescapeData(escaped);
    if (scheme !== "file") return path;
    if (host !== "") return `\\\\${host}${path}`.replaceAll("/", "\\");
    return DRIVE.test(path) ? path.slice(1).replaceAll("/", "\\") : path;
  }

  /** The path; that of a drive without the slash before it. */
  get absolutePath(): string {
    const { scheme, path } = this.parts;
    return scheme === "file" && DRIVE.test(path) ? path.slice(1) : path;
  }

  /** The host as the DNS takes it: without brackets, with the scope of an IPv6 address. */
  get dnsSafeHost(): string {
    const { host, scope } = this.parts;
    return host.startsWith("[") ? host.slice(1, -1) + scope : host;
  }

  get segments(): string[] {
    return this.parts.path === "" ? [] : (this.parts.path.match(/[^/]*\/|[^/]+$/g) ?? []);
  }

  override toText(): string {
    if (this.absolute === null) return this.original;
    const { path, query, fragment } = this.absolute;
    return this.origin + displayText(path) + displayText(query) + displayText(fragment);
  }

  override equals(other: unknown): boolean {
    const uri = typeof other === "string" ? Uri.tryCreate(other, UriKind.relativeOrAbsolute) : other;
    return uri instanceof Uri && uri.key === this.key;
  }

  /** User information and fragment do not count. */
  override get key(): string {
    if (this.absolute === null) return `System.Uri:${this.original}`;
    return `System.Uri:${this.absolute.scheme}://${this.authority}${this.absolute.path}${this.absolute.query}`;
  }
}

function parse(text: string, kind: number): UriParts | null | NetException {
  if (text.length > MOST_CHARACTERS) return uriError("The Uri string is too long.");
  const trimmed = text.trim();
  if (/^\\\\[^\\/]/.test(trimmed)) return parseAbsolute("file", trimmed);
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(trimmed)?.[1];
  if (scheme === undefined) {
    if (kind !== UriKind.absolute) return null;
    return uriError(trimmed === "" ? "The URI is empty." : "The format of the URI could not be determined.");
  }
  const parts = parseAbsolute(scheme.toLowerCase(), trimmed.slice(scheme.length + 1));
  if (parts === null) return kind === UriKind.absolute ? uriError("The Authority/Host could not be parsed.") : null;
  if (parts instanceof NetException || kind !== UriKind.relative) return parts;
  return new NetException(
    "System.UriFormatException",
    "A relative URI cannot be created because the 'uriString' parameter represents an absolute URI.",
  );
}

/** Null: a scheme that wants an authority stands before something else. */
function parseAbsolute(scheme: string, rest: string): UriParts | null | NetException {
  if (scheme.length === 1) {
    if (!/^[\\/]/.test(rest)) return uriError("A Dos path must be rooted, for example, 'c:\\\\'.");
    return withPath(
      { scheme: "file", host: "", hostKind: HostKind.basic, port: -1, userInfo: "", scope: "" },
      `/${scheme}:${rest}`,
    );
  }
  const isHierarchical = HIERARCHICAL.has(scheme);
  const slashes = isHierarchical ? /^[\\/]{2}/ : /^\/\//;
  if (!slashes.test(rest)) {
    if (isHierarchical) return null;
    return scheme === "mailto" ? mailto(rest) : opaque(scheme, rest);
  }
  const authority = (isHierarchical ? /^..([^\\/?#]*)/s : /^..([^/?#]*)/s).exec(rest)![1]!;
  const read = readAuthority(scheme, authority);
  return read instanceof NetException ? read : withPath(read, rest.slice(2 + authority.length));
}

type Authority = Pick<UriParts, "scheme" | "userInfo" | "host" | "hostKind" | "port" | "scope">;

function readAuthority(scheme: string, text: string): Authority | NetException {
  const at = text.lastIndexOf("@");
  const hostPort = text.slice(at + 1);
  const match = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/s.exec(hostPort);
  const portText = match?.[2] ?? "";
  if (match === null || !/^\d*$/.test(portText) || Number(portText) > 65_535) return uriError("Invalid port specified.");
  const port = portText === "" ? (PORTS.get(scheme) ?? -1) : Number(portText);
  const userInfo = normalizeEscapes(text.slice(0, Math.max(at, 0)));
  const host = readHost(match[1]!);
  if (host === null && !(match[1] === "" && (scheme === "file" || !HIERARCHICAL.has(scheme))))
    return uriError("The hostname could not be parsed.");
  const scope = /^\[.*(%[^%\]]*(?:%[^\]]*)?)\]$/.exec(match[1]!)?.[1] ?? "";
  return { scheme, userInfo, port, scope, host: host?.host ?? "", hostKind: host?.kind ?? HostKind.basic };
}

function readHost(text: string): { readonly host: string; readonly kind: number } | null {
  if (text.startsWith("[")) {
    const address = parseIPAddress(text.replace(/%[^\]]*\]$/, "]"));
    return address === null ? null : { host: `[${address.toText()}]`, kind: HostKind.ipv6 };
  }
  if (text === "" || text.length > 255 || !/^[\p{L}\p{N}_.-]+$/u.test(text) || /^\.|\.\./.test(text)) return null;
  const address = parseIPAddress(text);
  if (address !== null) return { host: address.toText(), kind: HostKind.ipv4 };
  return { host: text.toLowerCase(), kind: text.startsWith("-") ? HostKind.basic : HostKind.dns };
}

/** `UriHostNameType` of a name alone. */
export function hostKindOf(name: string): number {
  if (name.includes(":")) return parseIPAddress(name) === null ? HostKind.unknown : HostKind.ipv6;
  return readHost(name)?.kind ?? HostKind.unknown;
}

function withPath(authority: Authority, rest: string): UriParts {
  const [, rawPath, query, fragment] = /^([^?#]*)(\?[^#]*)?(#.*)?$/s.exec(rest)!;
  let path = normalizeEscapes(HIERARCHICAL.has(authority.scheme) ? rawPath!.replaceAll("\\", "/") : rawPath!);
  if (HIERARCHICAL.has(authority.scheme)) path = removeDots(path);
  return {
    ...authority,
    path: path.startsWith("/") || path === "" ? path || "/" : `/${path}`,
    query: normalizeEscapes(query ?? ""),
    fragment: normalizeEscapes(fragment ?? ""),
    hasAuthority: true,
  };
}

function opaque(scheme: string, rest: string): UriParts {
  const [, path, query, fragment] = /^([^?#]*)(\?[^#]*)?(#.*)?$/s.exec(rest)!;
  return {
    scheme,
    userInfo: "",
    host: "",
    hostKind: HostKind.unknown,
    port: -1,
    path: normalizeEscapes(path!),
    query: normalizeEscapes(query ?? ""),
    fragment: normalizeEscapes(fragment ?? ""),
    hasAuthority: false,
    scope: "",
  };
}

function mailto(rest: string): UriParts {
  const parts = opaque("mailto", rest);
  const at = parts.path.lastIndexOf("@");
  if (at < 0) return parts;
  const host = parts.path.slice(at + 1).toLowerCase();
  return { ...parts, userInfo: parts.path.slice(0, at), host, hostKind: HostKind.dns, port: 25, path: "" };
}

function removeDots(path: string): string {
  if (!/(?:^|\/)\.{1,2}(?:\/|$)/.test(path)) return path;
  const kept: string[] = [];
  const segments = path.split("/").slice(1);
  segments.forEach((segment, i) => {
    const isLast = i === segments.length - 1;
    if (segment === "..") kept.pop();
    else if (segment !== ".") kept.push(segment);
    if (isLast && (segment === "." || segment === "..")) kept.push("");
  });
  return `/${kept.join("/")}`;
}

/** RFC 3986, 5.2, as text that is parsed again. */
function merge(base: UriParts, relative: string): string {
  const authority = `${base.scheme}://${base.userInfo === "" ? "" : `${base.userInfo}@`}${base.host}${base.port === -1 ? "" : `:${base.port}`}`;
  if (relative === "") return authority + base.path + base.query;
  if (/^[\\/]{2}/.test(relative)) return `${base.scheme}:${relative}`;
  if (/^[\\/]/.test(relative)) return authority + relative;
  if (relative.startsWith("?")) return authority + base.path + relative;
  if (relative.startsWith("#")) return authority + base.path + base.query + relative;
  return authority + base.path.slice(0, base.path.lastIndexOf("/") + 1) + relative;
}

/** `Uri.IsWellFormedUriString`. */
export function isWellFormed(text: string | null, kind: number): boolean {
  const uri = Uri.tryCreate(text, kind);
  return uri !== null && isWellEscaped(uri.original);
}

/** `MakeRelativeUri`: the path from one URI to another of the same origin; the other itself where the origins differ. */
export function relativeTo(from: Uri, to: Uri): Uri {
  if (from.parts.scheme !== to.parts.scheme || from.authority !== to.authority) return to;
  const source = from.parts.path.split("/");
  const target = to.parts.path.split("/");
  const file = target.pop()!;
  source.pop();
  let common = 0;
  while (common < source.length && common < target.length && source[common] === target[common]) common++;
  const up = "../".repeat(source.length - common);
  const down = target.slice(common).map((segment) => `${segment}/`);
  const path = `${up}${down.join("")}${file}`;
  const isSame = from.parts.path === to.parts.path;
  return Uri.create((isSame ? "" : path === "" ? "./" : path) + to.parts.query + to.parts.fragment, UriKind.relative);
}
