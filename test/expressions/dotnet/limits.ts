import { compileExpression, LimitError, type Limits } from "#expressions/index.js";
import { processorHost } from "../processor-host.js";

/** The limit that an evaluation reaches; "none" if it ends. */
export function limitOf(source: string, limits: Partial<Limits> = {}): string {
  const { expression, diagnostics } = compileExpression(source, { allowBeyond: true, limits });
  if (expression === null) throw new Error(diagnostics[0]?.message);
  try {
    expression.evaluate([], processorHost);
  } catch (error) {
    if (error instanceof LimitError) return error.limit;
    throw error;
  }
  return "none";
}
