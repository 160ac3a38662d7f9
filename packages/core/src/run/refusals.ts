import { PolicyError } from "../policy/error.js";
import type { Exchange } from "../policy/exchange.js";

/** No API, or no operation of one, takes the request. */
export function operationNotFound(): PolicyError {
  return new PolicyError({
    source: "configuration",
    reason: "OperationNotFound",
    message: "Unable to match incoming request to an operation.",
    status: 404,
    statusReason: "Resource Not Found",
    bodyMessage: "Resource not found",
  });
}

/**
 * The caller brings no subscription key for an API that asks for one, or one that opens nothing.
 * @param why what is the matter with it, for the operator
 */
export function keyError(exchange: Exchange, reason: "missing" | "invalid", why: string): PolicyError {
  const api = exchange.api!;
  const { header } = api.subscriptionKeyParameterNames;
  const realm = `${exchange.originalUrl.scheme}://${exchange.originalUrl.authority}/${api.path}`;
  const start = `Access denied due to ${reason} subscription key.`;
  const advice = "Make sure to include subscription key when making requests to";
  return new PolicyError({
    source: "authorization",
    reason: reason === "missing" ? "SubscriptionKeyNotFound" : "SubscriptionKeyInvalid",
    message:
      reason === "missing"
        ? `${start} ${advice} this API.`
        : `${start} Make sure to provide a valid key for an active subscription.`,
    ...(reason === "missing" ? { bodyMessage: `${start} ${advice} an API.` } : {}),
    status: 401,
    statusReason: "Access Denied",
    why,
    headers: [["WWW-Authenticate", `AzureApiManagementKey realm="${quoted(realm)}",name="${quoted(header)}",type="header"`]],
  });
}

const quoted = (text: string): string => text.replace(/["\\]/g, "\\$&");

/** Why a URL is refused: for operators, callers learn no more than that it was. */
const WHY_INVALID = {
  unreadable: "it cannot be read",
  separators: "its path has a backslash, or an encoded slash or backslash, which `pathEncoding: strict` refuses",
  dots: "its path has segments that some servers take for dot segments (`..;x`, `..\\`, `..%2f`)",
} as const;

/** The URL cannot be served. */
export function badRequest(why: keyof typeof WHY_INVALID): PolicyError {
  return new PolicyError({
    source: "configuration",
    reason: "BadRequest",
    message: `The URL is not valid: ${WHY_INVALID[why]}.`,
    status: 400,
    bodyMessage: "Bad request",
  });
}

/** A fault of the engine. */
export function internalError(cause: unknown): PolicyError {
  return new PolicyError({
    source: "pipeline",
    reason: "InternalError",
    message: "The gateway failed.",
    bodyMessage: "Internal server error",
    status: 500,
    cause,
  });
}
