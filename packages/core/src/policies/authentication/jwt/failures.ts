import type { DocumentedError } from "../../../policy/define.js";
import { PolicyError } from "../../../policy/error.js";
import { internalError, twoTexts } from "../../failures.js";

/** Why a token is refused: the documented reasons. */
export type TokenReason =
  | "TokenNotPresent"
  | "TokenSignatureInvalid"
  | "TokenSignatureKeyNotFound"
  | "TokenAudienceNotAllowed"
  | "TokenIssuerNotAllowed"
  | "TokenExpired"
  | "TokenClaimNotFound"
  | "TokenClaimValueNotAllowed"
  | "JwtInvalid";

/** A token that is refused, before the policy says with what status and text. */
export class TokenRefusal extends Error {
  constructor(
    readonly reason: TokenReason,
    message: string,
  ) {
    super(message);
    this.name = "TokenRefusal";
  }

  /** The error of the request. @param configured the policy's own message for callers */
  toPolicyError(status: number, configured: string | null): PolicyError {
    return new PolicyError({
      reason: this.reason,
      message: this.message,
      status,
      bodyMessage: configured ?? (this.reason === "TokenNotPresent" ? "JWT not present." : "Invalid JWT."),
    });
  }
}

/** A refusal in the words of the JWT library that API Management uses, ended as the gateway ends them. */
export function denied(reason: TokenReason, text: string): TokenRefusal {
  return new TokenRefusal(reason, `${text} Access denied.`);
}

/** A token that is no valid JWT for another reason than those with a name of their own. */
export function invalid(text: string): TokenRefusal {
  return new TokenRefusal("JwtInvalid", text);
}

const LIBRARY = "{text of the JWT library}";

/** How both token policies refuse. */
export const tokenErrors: readonly DocumentedError[] = [
  refusal("no token", "TokenNotPresent", "JWT not present.", "JWT not present."),
  refusal("a signature that no key verifies, or an algorithm that is not accepted", "TokenSignatureInvalid"),
  refusal("no key for the token's kid, or none at all", "TokenSignatureKeyNotFound"),
  refusal("aud is none of the accepted audiences", "TokenAudienceNotAllowed"),
  refusal("iss is none of the accepted issuers", "TokenIssuerNotAllowed"),
  refusal("exp has passed", "TokenExpired"),
  refusal(
    "a required claim is absent",
    "TokenClaimNotFound",
    "JWT token is missing the following claims: {names}. Access denied.",
  ),
  refusal(
    "a required claim has other values",
    "TokenClaimValueNotAllowed",
    "Claim {name} value of {values} is not allowed. Access denied.",
  ),
  refusal("no JWT, unsigned, not yet valid, without exp, of another scheme, not to be decrypted", "JwtInvalid", LIBRARY),
  internalError(
    "no key verifies the token, and the OpenID configuration cannot be had",
    "OpenIdConfigurationUnavailable",
    "The OpenID configuration could not be fetched, and no other key verifies the token.",
  ),
];

function refusal(
  when: string,
  reason: TokenReason,
  message = `${LIBRARY} Access denied.`,
  toCaller = "Invalid JWT.",
): DocumentedError {
  return {
    when,
    status: "`failed-validation-httpcode`",
    reason,
    message: twoTexts(`\`failed-validation-error-message\`, otherwise: ${toCaller}`, message),
  };
}
