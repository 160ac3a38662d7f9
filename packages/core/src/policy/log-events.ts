/**
 * What the gateway and its adapters tell a logger: each line is one of these events, with fields beside it. They stay the same, so that rules of a log
 * store can be written on them; what varies stands in fields. Errors are in `err`.
 */
export const logEvents = {
  // Requests
  /** A line of the access log, in the columns of `ApiManagementGatewayLogs`. */
  requestAnswered: "request answered",
  /** A policy, or the gateway itself, refused or failed a request: `policy`, `reason`, `status`, `error`, `section`, `scope`, `place`, `activityId`. */
  requestFailed: "request failed",
  /** What had to be done after an answer failed. */
  requestEndFailed: "request end failed",
  /** The `expression` failed with what no expression should. */
  expressionDefect: "expression defect",
  /** The host's application failed behind the gateway: `requestId`. */
  applicationFailed: "application failed",
  /** A listener that the host gave for outcomes threw. */
  outcomeListenerFailed: "outcome listener failed",

  // Configuration
  /** A configuration from the `source` is in force. */
  configurationInForce: "configuration in force",
  /** The last good one is in force, of `keptAt`, as the `source` gives none that can be. */
  lastGoodInForce: "last good configuration in force",
  /** The `source` gives a configuration with errors: `diagnostics`. The one before stays in force. */
  configurationRefused: "configuration refused",
  /** The `source` cannot be read. The configuration in force stays. */
  configurationUnreachable: "configuration unreachable",
  /** The last good configuration cannot be written or read. */
  lastGoodFailed: "last good configuration failed",
  /** An observer that the host gave for configurations threw. */
  configurationObserverFailed: "configuration observer failed",
  /** Telemetry threw when it was told of a configuration. */
  telemetryFailed: "telemetry failed",

  // Values from files and vaults
  /** Changed values are in force. */
  outsideValuesInForce: "outside values in force",
  /** Changed values give the configuration errors: `diagnostics`. The values before stay. */
  outsideValuesRefused: "outside values refused",
  /** A value, `what`, cannot be had now: `reason`. The last one stays. */
  outsideValueUnavailable: "outside value unavailable",
  /** Looking values up again failed with what it should not. */
  outsideValuesFailed: "outside values failed",

  // Backends, tokens and documents
  /** The circuit breaker of the `backend` opened, `until` a time in milliseconds. */
  circuitOpened: "circuit breaker opened",
  /** The circuit breaker of the `backend` closed. */
  circuitClosed: "circuit breaker closed",
  /** A token of the managed identity could not be renewed ahead of its end. */
  identityTokenNotRenewed: "identity token not renewed",
  /** A document, `what` (an OpenID configuration, a revocation list), could not be fetched from the `url`. */
  documentNotFetched: "document not fetched",
  /** A call of send-one-way-request to the `url` failed. */
  oneWayRequestFailed: "one-way request failed",
  /** A subscriber of the GraphQL `field` of the `api` takes events too slowly: its subscription ends. */
  subscriberTooSlow: "subscriber too slow",

  // Stores
  /** The cache failed for the `policy`, if it is one that changes it. The request goes on without the cache. */
  cacheFailed: "cache failed",
  /** The `policy` was given a value of a type that cannot be cached. */
  valueNotCached: "value not cached",
  /** A quota could not be counted. */
  quotaNotCounted: "quota not counted",
  /** Tokens of a language model could not be counted. */
  tokensNotCounted: "tokens not counted",
  /** The condition or amount of a count failed: the call is counted once. */
  countExpressionFailed: "count expression failed",
  /** A call of Redis failed: `part` (`counters` or `cache`), and how many `calls` since the last line. */
  redisCallFailed: "redis call failed",
  /** Redis is away for the `part`: calls go without it until it is back. */
  redisUnavailable: "redis unavailable",
  /** Redis is back for the `part`. */
  redisAvailable: "redis available",

  // Language models
  /** No embedding of a prompt could be had: the semantic cache takes no part. */
  embeddingUnavailable: "embedding unavailable",

  // Messages and measurements that leave
  /** The logger `loggerId` delivers nothing, and `why`: its messages are dropped. */
  loggerUnusable: "logger unusable",
  /** A message for the logger `loggerId` could not be sent. */
  messageNotSent: "message not sent",
  /** Messages could not be delivered to a place, `to`. Told once a minute. */
  deliveryFailed: "delivery failed",
  /** So many messages, `dropped`, to the logger `loggerId` are lost. Told once a minute. */
  messagesDropped: "messages dropped",
  /** So many measurements, `dropped`, of the `metric` are lost: no telemetry takes metrics. Told once a minute. */
  measurementsDropped: "measurements dropped",

  // The shadow
  /** Answers of the shadow differ in `what`, for the `count`th time. */
  shadowDiffers: "shadow differs",
  /** The shadow failed to run a request: `requestId`. */
  shadowFailed: "shadow failed",
  /** A listener that the host gave for the shadow's differences threw. */
  shadowListenerFailed: "shadow listener failed",

  // The command
  /** The process takes nearly all memory that it may: bytes of the `process` and the `heap`, and their `limits`. New requests get 503. */
  memoryShort: "memory short",
  /** There is memory again: bytes of the `process` and the `heap`. Requests are taken. */
  memoryBack: "memory back",
  /** A `worker`, of the `pid`, ended with a `code`, and is replaced after a `pause` in milliseconds. */
  workerEnded: "worker ended",
  /** All `workers`, so many, have been replaced. */
  workersReplaced: "workers replaced",
  /** A new `worker`, of the `pid`, does not come to serve: the old ones stay. */
  workerNotReplaced: "worker not replaced",
  /** Certificates of TLS for these `names` were read again. */
  tlsCertificatesRead: "tls certificates read",
  /** Changed certificates of TLS are unusable: the last ones stay. */
  tlsCertificatesUnusable: "tls certificates unusable",
} as const;

/** An event of {@link logEvents}. */
export type LogEvent = (typeof logEvents)[keyof typeof logEvents];
