/** One row of the list of errors that API Management documents, or is seen to give. */
export interface ListedError {
  /** `LastError.Source`; null: of the policy at hand. */
  readonly source: string | null;
  /** `LastError.Reason`; null: no error is raised, or none is published. */
  readonly reason: string | null;
  /** `LastError.Message`, with blanks in braces; null: not published, or the words of a library. */
  readonly message: string | null;
  /** Of the answer; null: it depends on the policy or the backend. */
  readonly status: number | null;
}

const row = (
  source: string | null,
  reason: string | null,
  status: number | null,
  message: string | null = null,
): ListedError => ({ source, reason, message, status });
const noMatch = row("configuration", "OperationNotFound", 404, "Unable to match incoming request to an operation.");
const noSuchKey = row(
  "authorization",
  "SubscriptionKeyInvalid",
  401,
  "Access denied due to invalid subscription key. Make sure to provide a valid key for an active subscription.",
);
const empty = (source: string, attribute: string): ListedError =>
  row(source, "ExpressionValueValidationFailure", 500, `Expression value is invalid. The ${attribute} field is required.`);
const token = (reason: string, message: string | null = "{what} Access denied."): ListedError =>
  row("validate-jwt", reason, null, message);
const open = row("forward-request", "BackendCircuitOpen", 503);
const unreachable = row("forward-request", "BackendConnectionFailure", 502);
const answered = row(null, null, null);

/**
 * The list of errors, row by row: what each one is called, and what `context.LastError` and the caller get. Statuses of connections, time-outs and open circuits
 * are Turnpike's own (docs/guides/errors).
 */
export const errorList = {
  // Steps of the gateway's own.
  "no API or operation": noMatch,
  "no subscription key": row(
    "authorization",
    "SubscriptionKeyNotFound",
    401,
    "Access denied due to missing subscription key. Make sure to include subscription key when making requests to this API.",
  ),
  "a key that is not valid": noSuchKey,
  "the caller has gone": row(null, "ClientConnectionFailure", null),
  "no connection to the backend, or one that it drops": row(null, "BackendConnectionFailure", 502),
  "an expression that throws": row(null, "ExpressionValueEvaluationFailure", 500, "Expression evaluation failed. {what}"),
  "an expression that gives nothing where something is required": row(
    null,
    "ExpressionValueValidationFailure",
    500,
    "Expression value is invalid. The {attribute} field is required.",
  ),
  // Policies.
  "rate-limit: the limit is exceeded": row("rate-limit", "RateLimitExceeded", 429, "Rate limit is exceeded"),
  "rate-limit-by-key: the limit is exceeded": row("rate-limit-by-key", "RateLimitExceeded", 429, "Rate limit is exceeded"),
  "quota: calls": row("quota", "QuotaExceeded", 403, "Out of call volume quota. Quota will be replenished in {time}."),
  "quota: bandwidth": row("quota", "QuotaExceeded", 403, "Out of bandwidth quota. Quota will be replenished in {time}."),
  "quota-by-key: calls": row(
    "quota-by-key",
    "QuotaExceeded",
    403,
    "Out of call volume quota. Quota will be replenished in {time}.",
  ),
  "quota-by-key: bandwidth": row(
    "quota-by-key",
    "QuotaExceeded",
    403,
    "Out of bandwidth quota. Quota will be replenished in {time}.",
  ),
  "jsonp: a callback that is no name": row(
    "jsonp",
    "CallbackParameterInvalid",
    400,
    "Value of callback parameter {name} is not a valid JavaScript identifier.",
  ),
  "ip-filter: an address that cannot be read": row(
    "ip-filter",
    "FailedToParseCallerIP",
    403,
    "Failed to establish IP address for the caller. Access denied.",
  ),
  "ip-filter: not among those allowed": row(
    "ip-filter",
    "CallerIpNotAllowed",
    403,
    "Caller IP address {address} is not allowed. Access denied.",
  ),
  "ip-filter: among those blocked": row("ip-filter", "CallerIpBlocked", 403, "Caller IP address is blocked. Access denied."),
  "check-header: absent or empty": row(
    "check-header",
    "HeaderNotFound",
    null,
    "Header {name} was not found in the request. Access denied.",
  ),
  "check-header: another value": row(
    "check-header",
    "HeaderValueNotAllowed",
    null,
    "Header {name} value of {value} is not allowed. Access denied.",
  ),
  "validate-jwt: no token": token("TokenNotPresent", "JWT not present."),
  "validate-jwt: a bad signature": token("TokenSignatureInvalid"),
  "validate-jwt: another audience": token("TokenAudienceNotAllowed"),
  "validate-jwt: another issuer": token("TokenIssuerNotAllowed"),
  "validate-jwt: expired": token("TokenExpired"),
  "validate-jwt: no key with that id": token("TokenSignatureKeyNotFound"),
  "validate-jwt: claims missing": token(
    "TokenClaimNotFound",
    "JWT token is missing the following claims: {names}. Access denied.",
  ),
  "validate-jwt: claims of other values": token(
    "TokenClaimValueNotAllowed",
    "Claim {name} value of {value} is not allowed. Access denied.",
  ),
  "validate-jwt: anything else": token("JwtInvalid", null),
  "forward-request: too slow": row("forward-request", "Timeout", 504),
  "send-request: too slow": row("send-request", "Timeout", 504),
  // Required values that come out empty.
  "rate-limit-by-key: an empty key": empty("rate-limit-by-key", "counter-key"),
  "trace: an empty metadata value": empty("trace", "value"),
  "quota-by-key: an empty key": empty("quota-by-key", "counter-key"),
  "cache-lookup-value: an empty key": empty("cache-lookup-value", "key"),
  "cache-store-value: an empty key": empty("cache-store-value", "key"),
  "cache-remove-value: an empty key": empty("cache-remove-value", "key"),
  "limit-concurrency: an empty key": empty("limit-concurrency", "key"),
  "rewrite-uri: an empty template": empty("rewrite-uri", "template"),
  "set-query-parameter: an empty name": empty("set-query-parameter", "name"),
  "find-and-replace: nothing to look for": empty("find-and-replace", "from"),
  "authentication-basic: an empty user": empty("authentication-basic", "username"),
  "set-backend-service: an empty base-url": empty("set-backend-service", "base-url"),
  "set-method: an empty method": empty("set-method", "{name}"),
  "set-header: an empty name": empty("set-header", "name"),
  // Language models.
  "llm-token-limit: tokens of the minute": row(
    "llm-token-limit",
    "TokenLimitExceeded",
    429,
    "Token limit is exceeded. Try again in {n} seconds.",
  ),
  "llm-token-limit: tokens of the period": row(
    "llm-token-limit",
    "TokenQuotaExceeded",
    403,
    "Token quota is exceeded. Try again in {n} seconds.",
  ),
  "azure-openai-token-limit: tokens of the minute": row(
    "azure-openai-token-limit",
    "TokenLimitExceeded",
    429,
    "Token limit is exceeded. Try again in {n} seconds.",
  ),
  "llm-content-safety: harm": row("llm-content-safety", "ContentSafetyViolation", 403, "Request failed content safety check."),
  "llm-content-safety: more text than the service takes": row("llm-content-safety", "ContentSafetyViolation", 403),
  "llm-content-safety: harm in a streamed answer": row("llm-content-safety", null, 200),
  "llm-content-safety: the service fails": row("llm-content-safety", "ContentSafetyUnavailable", 500),
  "llm-semantic-cache: cache or embeddings fail": answered,
  "a model's own limit": row(null, null, 429),
  "a model that is not deployed": row(null, null, 404),
  "a gateway near the end of its memory or processor": row(null, null, 429),
  // What the caller gets.
  "no on-error section": row(null, "ExpressionValueEvaluationFailure", 500),
  "an on-error section that changes nothing of the answer": row(null, "ExpressionValueEvaluationFailure", 500),
  "an on-error section that changes the answer": row(null, "ExpressionValueEvaluationFailure", null),
  "an on-error section that returns a response": row(null, "ExpressionValueEvaluationFailure", null),
  "an on-error section that fails": row(null, "ExpressionValueEvaluationFailure", 500),
  "an open circuit": open,
  "an open circuit with a status of its own": { ...open, status: null },
  "a pool with no member left": open,
  // Which scopes' on-error takes part.
  "on-error of no API": noMatch,
  "on-error of an API without the operation": noMatch,
  "on-error of a request without a key": row("authorization", "SubscriptionKeyNotFound", null),
  "on-error of all scopes": row(null, "ExpressionValueEvaluationFailure", null),
  // Case by case.
  "an unknown path of an API": noMatch,
  "a known path with another method": noMatch,
  "an unknown version": noMatch,
  "an unknown revision": noMatch,
  "a revision that is offline": noMatch,
  "an API that is offered on another protocol": noMatch,
  "an API that is not associated with the gateway": noMatch,
  "the key of a suspended subscription": noSuchKey,
  "the key of a cancelled subscription": noSuchKey,
  "the key of an expired subscription": noSuchKey,
  "the key of a rejected subscription": noSuchKey,
  "the key of a submitted subscription": noSuchKey,
  "the key of a subscription that does not cover the API": noSuchKey,
  "the key of an owner who is blocked": noSuchKey,
  "a wrong key where an open product has the API": answered,
  "validate-content: a body over max-size that is prevented": row("validate-content", "Bad request", 400),
  "validate-content: a body over max-size that is recorded": answered,
  "a body over what policies may read": row(null, "RequestEntityTooLarge", 413),
  "a URL that cannot be read": row("configuration", "BadRequest", 400),
  "a URL that is too long": row("configuration", null, 431),
  "headers that are too long": row("configuration", null, 431),
  "a request that is no HTTP": row("configuration", null, 400),
  "a backend that refuses": unreachable,
  "a backend whose name is not known": unreachable,
  "a backend whose certificate is not trusted": unreachable,
  "a backend that resets the connection": unreachable,
  "a backend that answers 4xx": row(null, null, 404),
  "a backend that answers 5xx": row(null, null, 503),
  "a backend that answers 5xx, with fail-on-error-status-code": row("forward-request", "BackendErrorStatusCode", 503),
  "a body that is to be sent twice": row("forward-request", "RequestBodyNotBuffered", 500),
  "a tool of an MCP server that fails": row(null, null, 200),
  "a backend-id that an expression makes up": row("set-backend-service", "BackendNotFound", 500),
  "return-response": answered,
  "an expression that throws on purpose": row(null, "ExpressionValueEvaluationFailure", 500),
} as const satisfies Record<string, ListedError>;

/** The name of a row. */
export type ErrorName = keyof typeof errorList;
