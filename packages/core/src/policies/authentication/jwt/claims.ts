import type { Exchange } from "../../../pipeline/exchange.js";
import type { BoundElement, Value } from "../../../pipeline/policy.js";
import { child, many, oneOf, text } from "../../../pipeline/schema.js";
import { type TextValue, textValue } from "../../text.js";
import { denied, invalid, TokenRefusal } from "./failures.js";
import { type Members, member } from "./token.js";

/** The child required-claims. */
export const requiredClaims = child({
  expressions: true,
  children: {
    claim: child({
      max: many,
      attributes: {
        name: text({ required: true, expressions: true, notes: "The claim as it is called in the token." }),
        match: oneOf(["all", "any"], {
          default: "all",
          expressions: true,
          notes: "all: every listed value must be among the claim's; any: one is enough.",
        }),
        separator: text({ expressions: true, notes: "Splits a text claim into several values." }),
      },
      children: {
        value: child({
          max: many,
          content: "text",
          expressions: true,
          type: "object",
          notes: "A value that is expected; compared exactly.",
        }),
      },
      notes: "A claim that the token must have.",
    }),
  },
  notes: "Claims that the token must have; all of them must hold.",
});

/** Checks the dates of a token. @param skew tolerated difference of clocks, milliseconds */
export function checkDates(payload: Members, now: number, skew: number, mustExpire: boolean): void {
  const expiry = dateOf(payload, "exp");
  const start = dateOf(payload, "nbf");
  if (expiry === null) {
    if (mustExpire) throw invalid("IDX10225: Lifetime validation failed. The token is missing an Expiration Time.");
  } else if (now >= expiry + skew)
    throw denied(
      "TokenExpired",
      `IDX10223: Lifetime validation failed. The token is expired. ValidTo (UTC): '${isoText(expiry)}', Current time (UTC): '${isoText(now)}'.`,
    );
  if (start !== null && now < start - skew)
    throw invalid(
      `IDX10222: Lifetime validation failed. The token is not yet valid. ValidFrom (UTC): '${isoText(start)}', Current time (UTC): '${isoText(now)}'.`,
    );
}

/** Milliseconds of a numeric date; null for none. Anything but a number is refused. */
function dateOf(payload: Members, name: string): number | null {
  const value = member(payload, name);
  if (value === undefined) return null;
  if (typeof value !== "number" || !Number.isFinite(value)) throw invalid(`IDX10206: The claim '${name}' is not a number.`);
  return value * 1000;
}

function isoText(time: number): string {
  return Math.abs(time) < 8.64e15 ? new Date(time).toISOString() : String(time);
}

/** Checks that one of a token's audiences is accepted. */
export function checkAudience(payload: Members, accepted: readonly string[]): void {
  const audiences = claimValues(member(payload, "aud"));
  if (!audiences.some((one) => accepted.includes(one)))
    throw denied(
      "TokenAudienceNotAllowed",
      `IDX10214: Audience validation failed. Audiences: '${audiences.join(", ")}'. Did not match: '${accepted.join(", ")}'.`,
    );
}

/** Checks that a token's issuer is accepted. A `{tenantid}` in an accepted one stands for the token's own tenant. */
export function checkIssuer(payload: Members, accepted: readonly string[]): void {
  const issuer = member(payload, "iss");
  const tenant = member(payload, "tid");
  const known = accepted.map((one) =>
    typeof tenant === "string" && isTenant(tenant) ? one.replaceAll("{tenantid}", tenant) : one,
  );
  if (typeof issuer !== "string" || !known.includes(issuer))
    throw denied(
      "TokenIssuerNotAllowed",
      `IDX10205: Issuer validation failed. Issuer: '${String(issuer ?? "")}'. Did not match: '${known.join(", ")}'.`,
    );
}

/** Is it the id of a tenant: a GUID? */
export function isTenant(text: string): boolean {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}

/** The values of a claim as text: of a list each item, numbers and booleans as JSON writes them, objects as JSON. */
export function claimValues(claim: unknown): string[] {
  if (claim === undefined || claim === null) return [];
  if (Array.isArray(claim)) return claim.flatMap((item) => (Array.isArray(item) ? [JSON.stringify(item)] : claimValues(item)));
  return [typeof claim === "string" ? claim : JSON.stringify(claim)];
}

interface RequiredClaim {
  readonly name: Value<string>;
  readonly match: Value<"all" | "any">;
  readonly separator: Value<string> | null;
  readonly values: readonly TextValue[];
}

type RequiredClaims = BoundElement<(typeof requiredClaims)["attributes"], (typeof requiredClaims)["children"]>;

/** Compiles required-claims: a check that throws TokenRefusal. A claim without values must just be there. */
export function compileRequiredClaims(element: RequiredClaims | undefined): (exchange: Exchange, payload: Members) => void {
  const claims: RequiredClaim[] = (element?.children.claim ?? []).map(({ attributes, children }) => ({
    ...attributes,
    values: children.value.map((one) => textValue(one.text)),
  }));
  if (claims.length === 0) return () => undefined;
  return (exchange, payload) => {
    const found = claims.map((claim) => ({ claim, name: claim.name.get(exchange) }));
    const missing = found.filter(({ name }) => (member(payload, name) ?? null) === null).map(({ name }) => name);
    if (missing.length > 0)
      throw new TokenRefusal(
        "TokenClaimNotFound",
        `JWT token is missing the following claims: ${missing.join(", ")}. Access denied.`,
      );
    for (const { claim, name } of found) checkValues(claim, name, exchange, payload);
  };
}

function checkValues({ match, separator, values }: RequiredClaim, name: string, exchange: Exchange, payload: Members): void {
  if (values.length === 0) return;
  const claim = member(payload, name);
  const by = separator?.get(exchange) ?? "";
  const present = by !== "" && typeof claim === "string" ? claim.split(by).map((one) => one.trim()) : claimValues(claim);
  const expected = values.map((one) => one.get(exchange) ?? "");
  const holds =
    match.get(exchange) === "all"
      ? expected.every((one) => present.includes(one))
      : expected.some((one) => present.includes(one));
  if (!holds)
    throw denied("TokenClaimValueNotAllowed", `Claim ${name} value of ${claimValues(claim).join(", ")} is not allowed.`);
}
