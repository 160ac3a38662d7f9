import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { compileExpression, describeValue, type Host, NetException } from "#expressions/index.js";
import { processorTime } from "../../processor-time.js";

/** One expression and what C# gives for it: a value as `describeValue` shows it, or the class of the exception. */
interface Row {
  readonly expression: string;
  readonly value?: unknown;
  readonly exception?: string;
}

/** The day on which C# gave its answers: some texts are read as times of the present day. */
const host: Host = {
  now: () => Date.parse("2026-11-21T12:00:00Z"),
  randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
  elapsed: processorTime,
};

/** Evaluates an expression that may name types outside the documented list; the description of its value. */
export function evaluate(source: string): unknown {
  const { expression, diagnostics } = compileExpression(source, { allowBeyond: true });
  if (expression === null) throw new Error(diagnostics.map((diagnostic) => diagnostic.message).join("\n"));
  return describeValue(expression.evaluate([], host), expression.scope).value;
}

/** The class of the .NET exception that an expression throws. */
export function exceptionOf(source: string): string {
  try {
    evaluate(source);
  } catch (error) {
    if (error instanceof NetException) return error.typeName;
    throw error;
  }
  throw new Error(`${source} throws nothing.`);
}

/** A test for each row of a table of expressions with the answers of real C#. */
export function testTable(url: URL): void {
  const rows = JSON.parse(readFileSync(url, "utf8")) as readonly Row[];
  test.each(rows)("$expression", ({ expression, value, exception }) => {
    if (exception !== undefined) expect(exceptionOf(expression)).toBe(exception);
    else expect(evaluate(expression)).toEqual(value);
  });
}
