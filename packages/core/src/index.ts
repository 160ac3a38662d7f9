/**
 * Turnpike runs Azure API Management policy documents inside a Node service.
 *
 *     const gateway = await createGateway(loadConfiguration("gateway.yaml"));
 *     http.createServer(turnpike(gateway)).listen(8080);        // turnpike of @turnpike/adapters/node
 */
export type { BackendHealth } from "./backends/backend-states.js";
export type { CircuitState } from "./backends/circuit-breaker.js";
export { defineGateway, type GatewayConfiguration } from "./config/configuration.js";
export { assembleConfiguration, loadConfiguration } from "./config/load.js";
export type { SecretOptions, SecretReference } from "./config/outside-values.js";
export type { ConfigurationParts, ConfigurationPlace, LoadedConfiguration } from "./config/source.js";
export { standalone } from "./config/standalone.js";
export {
  bodiesRead,
  type ContextSource,
  contextGlobals,
  contextTypes,
  createContext,
  createFixtureContext,
  type Fixture,
  FixtureError,
  Jwt,
  plainValue,
} from "./context/index.js";
export { ConfigurationError, type Diagnostic } from "./diagnostics/diagnostic.js";
export { codeFrame } from "./diagnostics/frame.js";
export { type CheckOptions, checkDocument, type DocumentCheck, parsePolicy } from "./explain/check.js";
export {
  compareConfigurations,
  type OperationDifference,
  type PolicyChange,
  type PropertyChange,
} from "./explain/differences.js";
export type { EffectivePolicy, EffectiveSections } from "./explain/effective.js";
export { type ExplainedConfiguration, type ExplainedOperation, explainConfiguration } from "./explain/explain.js";
export {
  type ConfigurationInput,
  createGateway,
  type Gateway,
  type GatewayHealth,
  type GatewayLimits,
  type GatewayOptions,
} from "./gateway.js";
export { MessageBody } from "./http/body.js";
export type { HeadersInput } from "./http/headers.js";
export { Headers } from "./http/headers.js";
export type { Body, GatewayRequest, GatewayResponse } from "./http/message.js";
export { type IncomingResponse, type OutgoingRequest, type Transport, TransportError } from "./http/transport.js";
export { fileSource } from "./live/file-source.js";
export { folderSource } from "./live/folder-source.js";
export { type HttpSourceOptions, httpSource } from "./live/http-source.js";
export type { LastGoodOptions } from "./live/last-good.js";
export { createLiveGateway } from "./live/live-gateway.js";
export type { LiveEvent, LiveGateway, LiveOptions, LiveStatus } from "./live/live-options.js";
export type { ConfigurationSource } from "./live/source.js";
export type {
  ApiModel,
  BackendModel,
  GatewayErrors,
  GatewayModel,
  OperationModel,
  PathEncoding,
  ProductModel,
  SubscriptionModel,
  UserModel,
} from "./model/model.js";
export { builtinPolicies as builtInPolicies } from "./policies/index.js";
export {
  type AttributeSchema,
  type ChildSchema,
  type DocumentedError,
  definePolicy,
  type PolicyDefinition,
  type Value,
} from "./policy/define.js";
export { PolicyError } from "./policy/error.js";
export type { Exchange, HostHandler, LastError, RequestMessage, ResponseMessage } from "./policy/exchange.js";
export type { Flow, Step } from "./policy/flow.js";
export * as schema from "./policy/schema.js";
export { concealSecrets, maskSecrets, type SecretMask, secretMask } from "./policy/secret-mask.js";
export type { ScopeName, SectionName } from "./policy/sections.js";
export type { ContentSafety, Credentials, Logger, Telemetry } from "./policy/services.js";
export type { Trace, TracedMessage, TracedPolicy, TraceEntry } from "./policy/trace.js";
export { answerFailure } from "./run/handle.js";
export type { Assumption, HandleOptions } from "./run/options.js";
export { boundedKey } from "./stores/bounded-key.js";
export { createMemoryStore } from "./stores/memory.js";
export type { CacheEntry, CacheStore, CounterRequest, CounterResult, CounterStore, Store, StoreState } from "./stores/store.js";
export { type Clock, systemClock } from "./time/clock.js";
export { readYaml, type ShapedDocument } from "./yaml/read-shaped.js";
