import { type CallSite, defineType, withCall } from "@turnpike/expressions";
import { DateTime, NetArray, NetObject } from "@turnpike/expressions/values";
import { multiDictionaryOf } from "./dictionary.js";
import { claimText, claimValues, decodeTokenPart, member, numberMember, type TokenPart } from "./token-part.js";

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
    const value = member(this.payload, name);
    const seconds = typeof value === "string" && value.trim() !== "" ? Number(value) : numberMember(this.payload, name);
    if (seconds === null || !(Math.abs(seconds) < 253_402_300_800)) return null;
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

/** Reads a compact token, with or without `Bearer ` before it. Neither signature nor dates are looked at. Null if it is no token. */
export function parseJwt(text: string | null): Jwt | null {
  if (text === null || text.length > LONGEST) return null;
  const parts = text
    .trim()
    .replace(/^bearer\s+/i, "")
    .split(".");
  if (parts.length !== 3 || !/^[A-Za-z0-9_-]*$/.test(parts[2]!) || parts[2]!.length % 4 === 1) return null;
  const header = decodeTokenPart(parts[0]!);
  const payload = decodeTokenPart(parts[1]!);
  return header === null || payload === null ? null : new Jwt(header, payload);
}

/** A token whose parts somebody has verified: what validate-jwt puts into its output variable. */
export function jwtOf(header: TokenPart, payload: TokenPart): Jwt {
  return new Jwt(header, payload);
}

/** The type of a token that `AsJwt` reads. */
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
