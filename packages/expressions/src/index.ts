/**
 * Policy expressions: C# (or JavaScript) source, parsed and bound once, run as closures under limits.
 *
 *     const { expression, diagnostics } = compileExpression('@(context.RequestId.ToString())', {
 *       globals: { context: "IProxyContext" },
 *       types,
 *     });
 *     const value = expression?.evaluate([context]);
 *
 * The run-time classes that values are made of are at `@turnpike/expressions/values`.
 */

export type { HostHints, KeyRead } from "./bound/hints.js";
export type { Branch } from "./compile/branch-sites.js";
export type { Operand } from "./compile/operands.js";
export { compileExpression } from "./compile-expression.js";
export type { ScanOptions } from "./csharp/scan.js";
export { type Described, type Description, describeValue } from "./describe.js";
export type { Diagnostic } from "./diagnostics/diagnostic.js";
export { nearestName } from "./diagnostics/nearest-name.js";
export { toText } from "./dotnet/object.js";
export type { Compilation, CompiledExpression, ExpressionOptions, TellingExpression, Usage } from "./expression.js";
export { findExpressionEnd } from "./expression-end.js";
export { LimitError, NetException } from "./runtime/exceptions.js";
export type { Identity } from "./runtime/identity.js";
export { defaultLimits, type Host, type Limits, type OperandWatcher, type Run } from "./runtime/run.js";
export {
  type CallSite,
  constant,
  defineEnum,
  defineType,
  type Implementation,
  type Reference,
  type TypeDeclaration,
  type TypeHeader,
  type TypeOptions,
  withCall,
} from "./types/declare.js";
export { expressionVariants, negated, type Variant } from "./variants.js";
