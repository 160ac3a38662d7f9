import { claimValues, member, numberMember, type TokenPart } from "../../../context/token-part.js";
import type { BoundElement, Value } from "../../../policy/define.js";
import type { Exchange } from "../../../policy/exchange.js";
import { child, many, oneOf, text, valueChild } from "../../../policy/schema.js";
import { type TextValue, textValue } from "../../text.js";
import { denied, invalid, refusals, TokenRefusal } from "./failures.js";
import { quoted } from "./token.js";

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
        value: valueChild({
          max: many,
          notes: "A value that is expected; compared exactly.",
        }),
      },
      notes: "A claim that the token must have.",
    }),
  },
  notes: "Claims that the token must have; all of them must hold.",
});

/** Checks the dates of a token. @param skew tolerated difference of clocks, milliseconds */
export function checkDates(payload: TokenPart, now: number, skew: number, mustExpire: boolean): void {
  const expiry = dateOf(payload, "exp");
  const start = dateOf(payload, "nbf");
  if (expiry === null) {
    if (mustExpire) throw invalid("IDX10225: Lifetime validation failed. The token is missing an Expiration Time.");
  } else if (now >= expiry + skew)
    throw denied(
      refusals.expired,
      `IDX10223: Lifetime validation failed. The token is expired. ValidTo (UTC): '${isoText(expiry)}', Current time (UTC): '${isoText(now)}'.`,
    );
  if (start !== null && now < start - skew)
    throw invalid(
      `IDX10222: Lifetime validation failed. The token is not yet valid. ValidFrom (UTC): '${isoText(start)}', Current time (UTC): '${isoText(now)}'.`,
    );
}

/** Milliseconds of a numeric date; null for none. Anything but a number is refused. */
function dateOf(payload: TokenPart, name: string): number | null {
  if (member(payload, name) === undefined) return null;
  const seconds = numberMember(payload, name);
  if (seconds === null || !Number.isFinite(seconds)) throw invalid(`IDX10206: The claim '${name}' is not a number.`);
  return seconds * 1000;
}

function isoText(time: number): string {
  return Math.abs(time) < 8.64e15 ? new Date(time).toISOString() : String(time);
}

/** What expressions give, without null and empty texts: a named value or variable that is empty lets nobody in. */
export function acceptedTexts(values: readonly TextValue[], exchange: Exchange): string[] {
  const texts: string[] = [];
  for (const value of values) {
    const text = value.get(exchange);
    if (text !== null && text !== "") texts.push(text);
  }
  return texts;
}

/** Checks that one of a token's audiences is accepted. */
export function checkAudience(payload: TokenPart, accepted: readonly string[]): void {
  const audiences = claimValues(member(payload, "aud"));
  if (!audiences.some((audience) => accepted.includes(audience)))
    throw denied(
      refusals.audience,
      `IDX10214: Audience validation failed. Audiences: '${quoted(audiences.join(", "))}'. Did not match: '${accepted.join(", ")}'.`,
    );
}

/** Checks that a token's issuer is accepted. A `{tenantid}` in an accepted one stands for the token's own tenant. */
export function checkIssuer(payload: TokenPart, accepted: readonly string[]): void {
  const issuer = member(payload, "iss");
  const tenant = member(payload, "tid");
  const known = accepted.map((template) =>
    typeof tenant === "string" && isTenant(tenant) ? template.replaceAll("{tenantid}", tenant) : template,
  );
  if (typeof issuer !== "string" || !known.includes(issuer))
    throw denied(
      refusals.issuer,
      `IDX10205: Issuer validation failed. Issuer: '${quoted(claimValues(issuer).join(", "))}'. Did not match: '${known.join(", ")}'.`,
    );
}

/** Is it the id of a tenant: a GUID? */
export function isTenant(text: string): boolean {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}

interface RequiredClaim {
  readonly name: Value<string>;
  readonly match: Value<"all" | "any">;
  readonly separator: Value<string> | null;
  readonly values: readonly TextValue[];
}

type RequiredClaims = BoundElement<(typeof requiredClaims)["attributes"], (typeof requiredClaims)["children"]>;

/** Compiles required-claims: a check that throws TokenRefusal. A claim without values must just be there. */
export function compileRequiredClaims(element: RequiredClaims | undefined): (exchange: Exchange, payload: TokenPart) => void {
  const claims: RequiredClaim[] = (element?.children.claim ?? []).map(({ attributes, children }) => ({
    ...attributes,
    values: children.value.map((value) => textValue(value.text)),
  }));
  if (claims.length === 0) return () => undefined;
  return (exchange, payload) => {
    const found = claims.map((claim) => ({ claim, name: claim.name.get(exchange) }));
    const missing = found.filter(({ name }) => (member(payload, name) ?? null) === null).map(({ name }) => name);
    if (missing.length > 0) throw TokenRefusal.of(refusals.claimAbsent, { names: missing.join(", ") });
    for (const { claim, name } of found) checkValues(claim, name, exchange, payload);
  };
}

function checkValues({ match, separator, values }: RequiredClaim, name: string, exchange: Exchange, payload: TokenPart): void {
  if (values.length === 0) return;
  const claim = member(payload, name);
  const by = separator?.get(exchange) ?? "";
  const present = by !== "" && typeof claim === "string" ? claim.split(by).map((part) => part.trim()) : claimValues(claim);
  const expected = values.map((value) => value.get(exchange) ?? "");
  const holds =
    match.get(exchange) === "all"
      ? expected.every((wanted) => present.includes(wanted))
      : expected.some((wanted) => present.includes(wanted));
  if (!holds) throw TokenRefusal.of(refusals.claimValue, { name, values: quoted(claimValues(claim).join(", ")) });
}
