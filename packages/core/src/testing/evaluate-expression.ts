import { compileExpression, type Description, describeValue, type Host } from "@turnpike/expressions";
import { createFixtureContext } from "../context/fixture.js";
import type { Fixture } from "../context/fixture-model.js";
import { contextGlobals, contextTypes } from "../context/types.js";

/**
 * Compiles and runs one policy expression alone.
 *
 *     evaluateExpression('@(context.Request.Headers.GetValueOrDefault("X", "none"))').value; // "none"
 *
 * @param fixture what `context` holds, in the form that `turnpike eval --context` reads
 * @returns the value as plain data, its .NET type and its text
 * @throws SyntaxError with every finding if it does not compile; NetException for a .NET exception, LimitError where a limit was reached
 */
export function evaluateExpression(expression: string, fixture: Fixture = {}, host?: Host): Description {
  const { expression: compiled, diagnostics } = compileExpression(expression, { globals: contextGlobals, types: contextTypes });
  if (compiled === null) {
    const errors = diagnostics.filter(({ severity }) => severity === "error").map(({ code, message }) => `${code} ${message}`);
    throw new SyntaxError(errors.join("\n"));
  }
  return describeValue(compiled.evaluate([createFixtureContext(fixture)], host), compiled.scope);
}
