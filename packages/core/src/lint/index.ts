/**
 * The subpath `@turnpike/core/lint`: rules over policy documents and configurations, and what own rules are made of.
 *
 *     import { defineRule } from "@turnpike/core/lint";
 */
export { comparable, constantText, type KeyUse, keyUses, LintCode, type MemberUse, pathOf, resultOf } from "./code.js";
export { LintDocument, LintElement, literalOf, type Written } from "./document.js";
export type { Finding, Fix, LintSeverity, RuleSetting, TextEdit } from "./finding.js";
export { applyFixes, type FixedText } from "./fixes.js";
export type { Origin, OriginKind } from "./flow/origin.js";
export { Pipeline, type PipelineOwner } from "./flow/pipeline.js";
export type { Certainty, FlowState, VariableFact } from "./flow/state.js";
export type { FlowItem, FlowStep } from "./flow/step.js";
export { type LintOptions, lintConfiguration, lintDocuments } from "./lint.js";
export type { Project, ProjectConfiguration } from "./project.js";
export { defineRule, type FindingOptions, type LintExample, type LintRule, type RuleContext } from "./rule.js";
export { lintRules } from "./rules/index.js";
export { isIgnored, type LintSettings, readLintSettings } from "./settings.js";
export { type UnjudgedRule, unjudgedRules } from "./slow-patterns.js";
export type { Span } from "./span.js";
export { type LintTarget, lintTargets } from "./target.js";
