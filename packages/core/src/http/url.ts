import { QueryList } from "./query.js";

/** The parts of a URL that {@link Url.with} may replace. */
export interface UrlParts {
  /** `http` or `https`; case does not matter. */
  readonly scheme?: string;
  /** Name or address without port; IPv6 addresses in brackets. */
  readonly host?: string;
  /** Default: the port stays, but follows the scheme if it was the old scheme's own. */
  readonly port?: number;
  /** With or without its leading slash. */
  readonly path?: string;
  /** With or without its leading `?`; empty for none. */
  readonly queryString?: string;
}

/** Longest URL that is taken, in characters: longer ones are no URLs of a gateway. */
export const maximumUrlLength = 131_072;

const defaultPorts: Readonly<Record<string, number>> = { http: 80, https: 443, ws: 80, wss: 443 };

// A host is a registered name, an IPv4 address or a bracketed IPv6 address. What could end it early is refused.
const HOST = /^(?:\[[0-9a-f:.]{2,45}(?:%[\w.~-]{1,32})?\]|[^\s/?#@:[\]\\<>"^`{|}%\p{Cc}]{1,255})$/iu;
const PLAIN_HOST = /^[a-z\d.-]{1,255}$/;

/**
 * An absolute http(s) or ws(s) URL. Immutable: helpers that change something answer another Url. The text of path and query stays
 * exactly as given, percent-encoding and dot segments included; only characters that cannot stand in a request line (blanks, control and
 * non-ASCII characters) are percent-encoded as UTF-8, so that no text can break out of it. User information and fragment are dropped.
 */
export class Url {
  private cachedQuery: QueryList | null = null;
  private cachedAuthority: string | null = null;

  private constructor(
    /** Lower case, without colon. */
    readonly scheme: string,
    /** Lower case, without port; IPv6 addresses keep their brackets. */
    readonly host: string,
    /** The scheme's own where none was given. */
    readonly port: number,
    /** Begins with `/`. */
    readonly path: string,
    /** Empty, or `?` and the query as written. */
    readonly queryString: string,
  ) {}

  /** Parses an absolute URL; null if it is not one. Never throws. */
  static parse(text: string): Url | null {
    if (text.length > maximumUrlLength) return null;
    const origin = beginsWith(text, lastOrigin.text) ? lastOrigin : parseOrigin(text);
    if (origin === null) return null;
    lastOrigin = origin;
    const { length } = origin.text;
    const hash = text.indexOf("#", length);
    const end = hash < 0 ? text.length : hash;
    const question = text.indexOf("?", length);
    const pathEnd = question < 0 || question > end ? end : question;
    return new Url(
      origin.scheme,
      origin.host,
      origin.port,
      cleanPath(text.slice(length, pathEnd)),
      cleanQuery(text.slice(pathEnd, end)),
    );
  }

  /** True if the port is the scheme's own, which {@link toString} leaves out. */
  get isDefaultPort(): boolean {
    return this.port === defaultPorts[this.scheme];
  }

  /** Host, and port unless it is the scheme's own: the value of a Host header. */
  get authority(): string {
    this.cachedAuthority ??= this.isDefaultPort ? this.host : `${this.host}:${this.port}`;
    return this.cachedAuthority;
  }

  get origin(): string {
    return `${this.scheme}://${this.authority}`;
  }

  /** Path and query: the target of a request line. */
  get pathAndQuery(): string {
    return this.path + this.queryString;
  }

  /** The parameters, decoded. Parsed on first use. */
  get query(): QueryList {
    this.cachedQuery ??= QueryList.parse(this.queryString);
    return this.cachedQuery;
  }

  /** The URL with some parts replaced. Throws TypeError for a scheme, host or port that cannot be. */
  with(parts: UrlParts): Url {
    const path = parts.path === undefined ? this.path : cleanPath(parts.path);
    const queryString = parts.queryString === undefined ? this.queryString : cleanQuery(parts.queryString);
    const isSameServer = parts.scheme === undefined && parts.host === undefined && parts.port === undefined;
    const next = isSameServer
      ? new Url(this.scheme, this.host, this.port, path, queryString)
      : this.elsewhere(parts, path, queryString);
    if (isSameServer) next.cachedAuthority = this.cachedAuthority;
    if (queryString === this.queryString) next.cachedQuery = this.cachedQuery;
    return next;
  }

  private elsewhere(parts: UrlParts, path: string, queryString: string): Url {
    const scheme = parts.scheme?.toLowerCase() ?? this.scheme;
    const ownPort = Object.hasOwn(defaultPorts, scheme) ? defaultPorts[scheme] : undefined;
    if (ownPort === undefined) throw new TypeError(`'${parts.scheme}' is not a scheme of HTTP.`);
    const host = parts.host === undefined ? this.host : parts.host.toLowerCase();
    if (host !== this.host && !isHost(host)) throw new TypeError(`'${parts.host}' is not a host name.`);
    const port = parts.port ?? (this.isDefaultPort ? ownPort : this.port);
    if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new TypeError(`'${parts.port}' is not a port.`);
    return new Url(scheme, host, port, path, queryString);
  }

  /** Gives a parameter these values, at the place of its first occurrence; others keep their text. No values: as {@link deleteQuery}. */
  setQuery(name: string, ...values: readonly string[]): Url {
    return this.with({ queryString: this.query.set(name, values) });
  }

  /** Adds a parameter behind all others, whose text stays. */
  addQuery(name: string, ...values: readonly string[]): Url {
    return this.with({ queryString: this.query.add(name, values) });
  }

  /** Takes all parameters of that name out; others keep their text. */
  deleteQuery(name: string): Url {
    return this.query.has(name) ? this.with({ queryString: this.query.set(name, []) }) : this;
  }

  /** The absolute URL; the port is left out where it is the scheme's own. */
  toString(): string {
    return this.origin + this.path + this.queryString;
  }
}

/** What a URL begins with, up to its path. */
interface Origin {
  /** As it stands in the URL. */
  readonly text: string;
  readonly scheme: string;
  readonly host: string;
  readonly port: number;
}

/** The one that was parsed last: most requests have the same as the one before. */
let lastOrigin: Origin = { text: "http://localhost", scheme: "http", host: "localhost", port: 80 };

/** True if this origin is all that stands before the URL's path. */
function beginsWith(text: string, origin: string): boolean {
  return text.startsWith(origin) && (text.length === origin.length || endsAuthority(text.charCodeAt(origin.length)));
}

function parseOrigin(text: string): Origin | null {
  const colon = text.indexOf("://");
  if (colon < 2 || colon > 5) return null;
  const scheme = text.slice(0, colon).toLowerCase();
  const ownPort = Object.hasOwn(defaultPorts, scheme) ? defaultPorts[scheme] : undefined;
  if (ownPort === undefined) return null;
  let end = colon + 3;
  while (end < text.length && !endsAuthority(text.charCodeAt(end))) end++;
  const authority = text.slice(colon + 3, end);
  const split = splitAuthority(authority.slice(authority.lastIndexOf("@") + 1));
  return split === null ? null : { text: text.slice(0, end), scheme, host: split.host, port: split.port ?? ownPort };
}

/** A slash, a question mark, a hash or a backslash. */
function endsAuthority(code: number): boolean {
  return code === 0x2f || code === 0x3f || code === 0x23 || code === 0x5c;
}

function splitAuthority(authority: string): { host: string; port: number | null } | null {
  const bracket = authority.lastIndexOf("]");
  const colon = authority.indexOf(":", bracket + 1);
  const host = (colon < 0 ? authority : authority.slice(0, colon)).toLowerCase();
  if (!isHost(host)) return null;
  const digits = colon < 0 ? "" : authority.slice(colon + 1);
  if (digits === "") return { host, port: null };
  if (!/^\d{1,5}$/.test(digits) || Number(digits) > 65_535) return null;
  return { host, port: Number(digits) };
}

/** The first test says the same of nearly every host, at a fraction of the cost. */
function isHost(text: string): boolean {
  return PLAIN_HOST.test(text) || HOST.test(text);
}

function cleanPath(path: string): string {
  const safe = encodeUnsafe(path);
  const clean = safe.includes("?") || safe.includes("#") ? safe.replaceAll("?", "%3F").replaceAll("#", "%23") : safe;
  return clean.startsWith("/") ? clean : `/${clean}`;
}

function cleanQuery(query: string): string {
  const text = query.startsWith("?") ? query.slice(1) : query;
  return text === "" ? "" : `?${encodeUnsafe(text).replaceAll("#", "%23")}`;
}

/** Percent-encodes what cannot stand in a request line. */
function encodeUnsafe(text: string): string {
  return /[^\x21-\x7e]/.test(text) ? text.replace(/[^\x21-\x7e]+/gu, percentEncode) : text;
}

function percentEncode(text: string): string {
  let result = "";
  for (const byte of Buffer.from(text, "utf8")) result += `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  return result;
}
