import {
  type DeclaredError,
  type DocumentedError,
  type ErrorOccurrence,
  internalError,
  policyError,
} from "../../../policy/declared-error.js";
import type { PolicyError } from "../../../policy/error.js";

const configured = {
  status: "`failed-validation-httpcode`",
  toCallerFrom: "failed-validation-error-message",
  toCaller: "Invalid JWT.",
} as const;

/** A refusal in the words of the JWT library that API Management uses, ended as the gateway ends them. */
const inLibrarysWords = { ...configured, message: "{text of the JWT library} Access denied." } as const;

/** Why a token is refused. */
export const refusals = {
  absent: policyError({
    ...configured,
    when: "no token",
    reason: "TokenNotPresent",
    message: "JWT not present.",
    toCaller: "JWT not present.",
  }),
  signature: policyError({
    ...inLibrarysWords,
    when: "a signature that no key verifies, or an algorithm that is not accepted",
    reason: "TokenSignatureInvalid",
  }),
  noKey: policyError({
    ...inLibrarysWords,
    when: "no key for the token's kid, or none at all",
    reason: "TokenSignatureKeyNotFound",
  }),
  audience: policyError({
    ...inLibrarysWords,
    when: "aud is none of the accepted audiences",
    reason: "TokenAudienceNotAllowed",
  }),
  issuer: policyError({ ...inLibrarysWords, when: "iss is none of the accepted issuers", reason: "TokenIssuerNotAllowed" }),
  expired: policyError({ ...inLibrarysWords, when: "exp has passed", reason: "TokenExpired" }),
  claimAbsent: policyError({
    ...configured,
    when: "a required claim is absent",
    reason: "TokenClaimNotFound",
    message: "JWT token is missing the following claims: {names}. Access denied.",
  }),
  claimValue: policyError({
    ...configured,
    when: "a required claim has other values",
    reason: "TokenClaimValueNotAllowed",
    message: "Claim {name} value of {values} is not allowed. Access denied.",
  }),
  other: policyError({
    ...configured,
    when: "no JWT, unsigned, not yet valid, without exp, of another scheme, not to be decrypted",
    reason: "JwtInvalid",
    message: "{text of the JWT library}",
  }),
};

/** No key verifies a token, and those of a provider cannot be had. */
export const configurationUnavailable = internalError(
  "no key verifies the token, and the OpenID configuration cannot be had",
  "OpenIdConfigurationUnavailable",
  "The OpenID configuration could not be fetched, and no other key verifies the token.",
);

/** A token that is refused, before the policy says with what status and text. */
export class TokenRefusal extends Error {
  private constructor(
    private readonly make: (occurrence: Occurrence) => PolicyError,
    /** Of which kind, and what its texts have in braces: {@link TokenRefusal.again} makes the same of it. */
    readonly told: ToldRefusal,
  ) {
    super(make({ status: 401 }).message);
    this.name = "TokenRefusal";
  }

  /** A refusal that was told before. */
  static again({ kind, values }: ToldRefusal): TokenRefusal {
    return TokenRefusal.of(refusals[kind] as DeclaredError<string, string>, values);
  }

  /** @param values what the texts of the refusal have in braces */
  static of<B extends string>(declared: DeclaredError<B, string>, values: Readonly<Record<B, string | number>>): TokenRefusal {
    const kind = kinds.find((name) => (refusals[name] as unknown) === declared) ?? "other";
    return new TokenRefusal((occurrence) => declared.error(values, occurrence), { kind, values });
  }

  /** The error of the request. @param toCaller the policy's own message for callers */
  toPolicyError(status: number, toCaller: string | null): PolicyError {
    return this.make({ status, ...(toCaller === null ? {} : { toCaller }) });
  }
}

const kinds = Object.keys(refusals) as (keyof typeof refusals)[];

/** A refusal as plain data. */
export interface ToldRefusal {
  readonly kind: keyof typeof refusals;
  readonly values: Readonly<Record<string, string | number>>;
}

type Occurrence = ErrorOccurrence & { readonly status: number };

/** A refusal in the words of the JWT library. */
export function denied(declared: DeclaredError<"text of the JWT library", string>, text: string): TokenRefusal {
  return TokenRefusal.of(declared, { "text of the JWT library": text });
}

/** A token that is no valid JWT for another reason than those with a name of their own. */
export function invalid(text: string): TokenRefusal {
  return denied(refusals.other, text);
}

/** How both token policies refuse. */
export const tokenErrors: readonly DocumentedError[] = [...Object.values(refusals), configurationUnavailable];
