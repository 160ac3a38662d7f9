import { compileExpression, describeValue, NetException } from "@turnpike/expressions";
import {
  bodiesRead,
  type ContextSource,
  contextGlobals,
  contextTypes,
  createContext,
  type Fixture,
  fixtureSource,
} from "#core/context/index.js";

/** Evaluates an expression over a source; the description of its value. */
export function evaluateOver(source: ContextSource, text: string, allowBeyond = false): unknown {
  const { expression, diagnostics } = compileExpression(text, { globals: contextGlobals, types: contextTypes, allowBeyond });
  if (expression === null) throw new Error(`${text}: ${diagnostics.map((finding) => finding.message).join("; ")}`);
  return describeValue(expression.evaluate([createContext(source)]), expression.scope).value;
}

/** Evaluates an expression over a fixture. */
export function evaluate(text: string, fixture: Fixture = {}, allowBeyond = false): unknown {
  return evaluateOver(fixtureSource(fixture), text, allowBeyond);
}

/** The class of the .NET exception that an expression throws. */
export function exceptionOf(text: string, fixture: Fixture = {}): string {
  try {
    evaluate(text, fixture);
  } catch (error) {
    if (error instanceof NetException) return error.typeName;
    throw error;
  }
  throw new Error(`${text} throws nothing.`);
}

/** Which bodies an expression reads. */
export function needsOf(text: string): string {
  const { expression } = compileExpression(text, { globals: contextGlobals, types: contextTypes });
  const { request, response } = bodiesRead(expression!.uses);
  return [request ? "request" : "", response ? "response" : ""].filter((one) => one !== "").join(" ");
}
