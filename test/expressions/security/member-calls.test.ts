import { expect, it } from "vitest";
import { compileExpression, LimitError, NetException } from "../../../packages/expressions/src/index.js";
import { netCalls } from "../../fuzz/net-calls.js";

/** One of so many generated calls is tried; all with `FUZZ_CALLS=all`, as `pnpm fuzz` has it. */
const STEP = process.env["FUZZ_CALLS"] === "all" ? 1 : 23;

/** What is wrong with the outcome of a call: null if it gives a value, a .NET exception of its own, or reaches a limit. */
function fault(source: string): string | null {
  const { expression } = compileExpression(source, { allowBeyond: true, limits: { steps: 100_000, memory: 1_000_000 } });
  try {
    expression?.evaluate([]);
    return null;
  } catch (error) {
    if (error instanceof LimitError || (error instanceof NetException && error.cause === undefined)) return null;
    return `${source}: ${error instanceof Error ? `${error.message} ${String(error.cause)}` : String(error)}`;
  }
}

it("no member answers null, empty and extreme arguments with an internal error", () => {
  const calls = [...netCalls()].filter((_, i) => i % STEP === 0);
  expect(calls.length).toBeGreaterThan(800);
  expect(calls.flatMap(({ expression }) => fault(expression) ?? [])).toEqual([]);
});
