import { PolicyError } from "../../../pipeline/error.js";

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
