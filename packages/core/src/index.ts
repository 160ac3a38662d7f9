/**
 * Turnpike runs Azure API Management policy documents inside a Node service. This door is for the application; `@turnpike/core/adapter` is
 * for what mounts a gateway, stores and readers, `@turnpike/core/tools` for commands, `@turnpike/core/testing` for tests.
 *
 *     const gateway = await createGateway(loadConfiguration("gateway.yaml"));
 *     http.createServer(turnpike(gateway)).listen(8080);        // turnpike of @turnpike/adapters/node
 */
export type { BackendHealth } from "./backends/backend-states.js";
export type { CircuitState } from "./backends/circuit-breaker.js";
export type * from "./config/configuration.js";
export { defineGateway } from "./config/configuration.js";
export { loadConfiguration } from "./config/load.js";
export type { SecretOptions, SecretReference } from "./config/outside-values.js";
export type { SetAside, SetAsideKind } from "./config/set-aside.js";
export type { ConfigurationParts, ConfigurationPath, ConfigurationPlace, LoadedConfiguration } from "./config/source.js";
export { Jwt } from "./context/jwt.js";
export { plainValue } from "./context/plain-value.js";
export type { TokenPart } from "./context/token-part.js";
export type { Code } from "./diagnostics/codes.js";
export { ConfigurationError, type Diagnostic } from "./diagnostics/diagnostic.js";
export type { DataPath } from "./diagnostics/owner.js";
export type { Place } from "./diagnostics/place.js";
export type { Problem } from "./diagnostics/problem.js";
export { createGateway, type Gateway, type GatewayHealth } from "./gateway.js";
export type { ConfigurationInput, GatewayLimits, GatewayOptions } from "./gateway-options.js";
export { MessageBody } from "./http/body.js";
export { HeaderNames } from "./http/header-names.js";
export { Headers, type HeadersInput } from "./http/headers.js";
export type { Body, GatewayRequest, GatewayResponse } from "./http/message.js";
export type { QueryList } from "./http/query.js";
export { type IncomingResponse, type OutgoingRequest, type Transport, TransportError } from "./http/transport.js";
export type { Url, UrlParts } from "./http/url.js";
export { fileSource } from "./live/file-source.js";
export { folderSource } from "./live/folder-source.js";
export { type HttpSourceOptions, httpSource } from "./live/http-source.js";
export type { LastGoodOptions } from "./live/last-good.js";
export { createLiveGateway } from "./live/live-gateway.js";
export type { LiveEvent, LiveGateway, LiveOptions, LiveStatus } from "./live/live-options.js";
export type { ConfigurationSource } from "./live/source.js";
export type * from "./model/diagnostic.js";
export type * from "./model/model.js";
export type { RevocationList } from "./model/revocation-list.js";
export type { AccessLogRecord } from "./observe/access-log.js";
export type { LoggedMessage } from "./observe/captured.js";
export type { KeptTraces, TraceOptions } from "./observe/kept-traces.js";
export type { MeteredBackendCall } from "./observe/meter.js";
export type * from "./observe/outcome.js";
export type * from "./observe/recording.js";
export type { OutcomeListener } from "./observe/sending.js";
export type { GatewayTelemetry, RequestTelemetry, TelemetryRequest } from "./observe/telemetry.js";
export type * from "./observe/trace-document.js";
export type { GatewayWatcher } from "./observe/watcher.js";
export type { Background } from "./policy/background.js";
export {
  type DeclaredError,
  type DocumentedError,
  type ErrorArguments,
  type ErrorBlanks,
  type ErrorDeclaration,
  type ErrorOccurrence,
  type ErrorValues,
  policyError,
} from "./policy/declared-error.js";
export { definePolicy } from "./policy/define.js";
export type * from "./policy/definition.js";
export { PolicyError, type PolicyErrorOptions } from "./policy/error.js";
export type * from "./policy/exchange.js";
export type { Flow, Step } from "./policy/flow.js";
export type { ModelCall } from "./policy/model-call.js";
export type {
  EvaluationObserver,
  ExpressionInfo,
  Observer,
  PolicyInfo,
  SilentObserver,
  StepOutcome,
} from "./policy/observer.js";
export type { RpcCall } from "./policy/rpc-call.js";
export * as schema from "./policy/schema.js";
export { type SecretMask, secretMask } from "./policy/secret-mask.js";
export type { ScopeName, SectionName } from "./policy/sections.js";
export type * from "./policy/services.js";
export type { Variables } from "./policy/variables.js";
export type { Assumption, HandledResponse, HandleOptions } from "./run/options.js";
export type { RefusedRequest } from "./run/refused.js";
export type * from "./shadow/options.js";
export type { OutsideValueState } from "./snapshot/in-force.js";
export { createMemoryStore, type MemoryStoreOptions } from "./stores/memory.js";
export type * from "./stores/store.js";
export { type Clock, systemClock } from "./time/clock.js";
