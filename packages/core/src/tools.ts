/**
 * The door for commands and other tools: what can be said of documents, configurations and expressions without a request. The `turnpike`
 * command is made of it.
 */
export { standalone } from "./config/standalone.js";
export { createContext } from "./context/context.js";
export { createFixtureContext, FixtureError } from "./context/fixture.js";
export type { MessageFixture, ResponseFixture } from "./context/fixture-message.js";
export type { ApiFixture, Fixture, GroupFixture } from "./context/fixture-model.js";
export type { VariableFixture } from "./context/fixture-value.js";
export { type BodiesRead, bodiesRead } from "./context/needs.js";
export type { ContextSource } from "./context/source.js";
export { contextGlobals, contextTypes } from "./context/types.js";
export { concealSecrets, maskSecrets } from "./diagnostics/conceal.js";
export { codeFrame } from "./diagnostics/frame.js";
export { nearest } from "./diagnostics/nearest.js";
export { type CheckOptions, checkDocument, type DocumentCheck, parsePolicy } from "./explain/check.js";
export { type ConfigurationCheck, checkConfiguration } from "./explain/check-configuration.js";
export {
  compareConfigurations,
  type OperationDifference,
  type PolicyChange,
  type PropertyChange,
} from "./explain/differences.js";
export type { EffectivePolicy, EffectiveSections } from "./explain/effective.js";
export { escapePolicy } from "./explain/escape.js";
export { type ExplainedConfiguration, type ExplainedOperation, explainConfiguration, explainGateway } from "./explain/explain.js";
export { policyJsonSchema } from "./explain/policy-json-schema.js";
export { type PageExample, policyIndex, policyPage } from "./explain/policy-page.js";
export { policyXsd } from "./explain/xsd.js";
export { builtinPolicies as builtInPolicies } from "./policies/index.js";
export { commonErrors } from "./policy/common-errors.js";
export { loadPolicies } from "./policy/policy-modules.js";
export type { DocumentFormat } from "./xml/expressions.js";
export type { ExpressionLanguage, XmlAttribute, XmlDocument, XmlElement, XmlText } from "./xml/nodes.js";
export type { XmlLimits } from "./xml/read.js";
export type { DocumentSource, MappedText, TextSegment } from "./xml/source.js";
