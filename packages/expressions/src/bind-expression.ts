import type { BoundProgram } from "./bound/tree.js";
import { type BindOptions, bindProgram } from "./csharp/binder/index.js";
import { analyseFlow } from "./csharp/flow/flow.js";
import { parseCSharp } from "./csharp/parser.js";
import { compilationErrors } from "./diagnostics/compilation-errors.js";
import type { Diagnostic } from "./diagnostics/diagnostic.js";
import { diagnosticAt } from "./diagnostics/problem.js";
import { builtinScope } from "./dotnet/builtin.js";
import type { ExpressionOptions } from "./expression.js";
import { bindScript } from "./javascript/index.js";
import { createTypeScope } from "./types/scope.js";
import { SignatureError } from "./types/signature.js";

/**
 * An expression bound to its typed tree. May throw for sources that are nested too deep.
 * @returns no program where there is an error among the findings
 */
export function bindSource(source: string, options: ExpressionOptions) {
  const settings: BindOptions = {
    scope: options.types === undefined ? builtinScope : createTypeScope(options.types, builtinScope),
    globals: options.globals ?? {},
    resultType: options.resultType ?? "object",
    allowBeyond: options.allowBeyond ?? false,
  };
  return options.language === "javascript" ? bindScript(source, settings) : bindCSharp(source, settings);
}

function bindCSharp(source: string, settings: BindOptions) {
  const bound = bindProgram(parseCSharp(source), settings);
  const { program, diagnostics } = bound;
  const { scope } = settings;
  if (program === null) return { program, diagnostics, scope };
  const all = [...diagnostics, ...analyseFlow(program, bound)];
  return { program: all.some((diagnostic) => diagnostic.severity === "error") ? null : program, diagnostics: all, scope };
}

/**
 * The typed tree of an expression, for tools that look at expressions without running them. Never throws.
 * @returns no program, and at least one error, for what cannot be bound
 */
export function bindExpression(
  source: string,
  options: ExpressionOptions = {},
): { readonly program: BoundProgram | null; readonly diagnostics: readonly Diagnostic[] } {
  try {
    return bindSource(source, options);
  } catch (thrown) {
    return { program: null, diagnostics: [unexpected(thrown, source)] };
  }
}

/** A host's type that does not parse, a source too deep for the stack, or a defect: none of them may take the host down. */
export function unexpected(thrown: unknown, source: string): Diagnostic {
  const place = { start: 0, end: source.length };
  if (thrown instanceof SignatureError) return diagnosticAt(place, compilationErrors.wrongHostType(thrown.message));
  if (thrown instanceof RangeError) return diagnosticAt(place, compilationErrors.tooDeep());
  return diagnosticAt(place, compilationErrors.defect(thrown instanceof Error ? thrown.message : String(thrown)));
}
