import { type CallSite, defineType, withCall } from "@turnpike/expressions";
import { DateTime, NetArray, NetObject } from "@turnpike/expressions/values";
import { multiDictionaryOf } from "./dictionary.js";

/** A JSON object of a token's header or payload. */
export type TokenPart = Readonly<Record<string, unknown>>;

/** Longest token that is looked at, in characters. */
const LONGEST = 262_144;

/** `Jwt`: what a token says, whether or not anyone has verified it. */
export class Jwt extends NetObject {
  private readonly claims = new Map<string, readonly string[]>();

  constructor(
    private readonly header: TokenPart,
    private readonly payload: TokenPart,
  ) {
    super();
    for (const [name, value] of Object.entries(payload)) this.claims.set(name, claimValues(value));
  }

  override get declaration() {
    return jwtType;
  }

  headerText(name: string): string | null {
    return claimText(this.header, name);
  }

  text(name: string): string | null {
    return claimText(this.payload, name);
  }

  /** A NumericDate claim as a time in UTC; null if there is none or it is no number. */
  time(name: string): DateTime | null {
    const value = Object.hasOwn(this.payload, name) ? this.payload[name] : undefined;
    const seconds = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
    if (typeof seconds !== "number" || !(Math.abs(seconds) < 253_402_300_800)) return null;
    return DateTime.fromUnixMilliseconds(Math.round(seconds * 1000));
  }

  /** All claims: every one as a list of texts. */
  get allClaims(): ReadonlyMap<string, readonly string[]> {
    return this.claims;
  }

  /** Names match with case; where only the case differs the first one is meant. */
  claim(name: string): readonly string[] | undefined {
    const exact = this.claims.get(name);
    if (exact !== undefined) return exact;
    const wanted = name.toLowerCase();
    for (const [other, values] of this.claims) if (other.toLowerCase() === wanted) return values;
    return undefined;
  }
}

function claimText(part: TokenPart, name: string): string | null {
  const value = Object.hasOwn(part, name) ? part[name] : undefined;
  return value === undefined || value === null ? null : valueText(value);
}

function claimValues(value: unknown): readonly string[] {
  if (value === null || value === undefined) return [];
  return Array.isArray(value) ? value.map(valueText) : [valueText(value)];
}

function valueText(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (value === null || value === undefined) return "";
  const digits = longNumber(value);
  return digits ?? JSON.stringify(value, (_, inner: unknown) => longNumber(inner) ?? inner);
}

/** Integers that a JavaScript number cannot hold are kept as text in an object with this one member. */
const LONG = "\0long";

function longNumber(value: unknown): string | null {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, LONG)) return null;
  return (value as Record<string, string>)[LONG]!;
}

/** Parses the JSON object of a token's part; null if it is none. Long integers keep their digits. */
function parsePart(base64: string): TokenPart | null {
  if (!/^[A-Za-z0-9_-]+$/.test(base64) || base64.length % 4 === 1) return null;
  const text = Buffer.from(base64, "base64url").toString("utf8");
  const kept = text.replace(/"(?:[^"\\]|\\.)*"|-?\d{16,}(?![\d.eE])/g, (token) =>
    token.startsWith('"') ? token : `{${JSON.stringify(LONG)}:"${token}"}`,
  );
  try {
    const value: unknown = JSON.parse(kept);
    return typeof value === "object" && value !== null && !Array.isArray(value) && longNumber(value) === null
      ? (value as TokenPart)
      : null;
  } catch {
    return null;
  }
}

/** Reads a compact token, with or without `Bearer ` before it. Neither signature nor dates are looked at. Null if it is no token. */
export function parseJwt(text: string | null): Jwt | null {
  if (text === null || text.length > LONGEST) return null;
  const parts = text
    .trim()
    .replace(/^bearer\s+/i, "")
    .split(".");
  if (parts.length !== 3 || !/^[A-Za-z0-9_-]*$/.test(parts[2]!) || parts[2]!.length % 4 === 1) return null;
  const header = parsePart(parts[0]!);
  const payload = parsePart(parts[1]!);
  return header === null || payload === null ? null : new Jwt(header, payload);
}

/** A token whose parts somebody has verified: what validate-jwt puts into its output variable. */
export function jwtOf(header: TokenPart, payload: TokenPart): Jwt {
  return new Jwt(header, payload);
}

export const jwtType = defineType("class Jwt", {
  "string Algorithm { get; }": (self: Jwt) => self.headerText("alg"),
  "System.Collections.Generic.IEnumerable<string> Audiences { get; }": withCall(
    (site: CallSite, self: Jwt) => new NetArray(site.scope.find("System.String")!, [...(self.claim("aud") ?? [])]),
  ),
  "System.Collections.Generic.IReadOnlyDictionary<string, string[]> Claims { get; }": withCall((site: CallSite, self: Jwt) =>
    multiDictionaryOf(site, { size: self.allClaims.size, find: (name) => self.claim(name), entries: () => self.allClaims }, true),
  ),
  "System.DateTime? ExpirationTime { get; }": (self: Jwt) => self.time("exp"),
  "string Id { get; }": (self: Jwt) => self.text("jti"),
  "string Issuer { get; }": (self: Jwt) => self.text("iss"),
  "System.DateTime? IssuedAt { get; }": (self: Jwt) => self.time("iat"),
  "System.DateTime? NotBefore { get; }": (self: Jwt) => self.time("nbf"),
  "string Subject { get; }": (self: Jwt) => self.text("sub"),
  "string Type { get; }": (self: Jwt) => self.headerText("typ"),
});
