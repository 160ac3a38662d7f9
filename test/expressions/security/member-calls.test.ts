import { expect, it } from "vitest";
import { compileExpression, LimitError, NetException } from "../../../packages/expressions/src/index.js";
import { Boxed } from "../../../packages/expressions/src/types/values.js";
import { netCalls } from "../../fuzz/net-calls.js";

/** One of so many generated calls is tried; all with `FUZZ_CALLS=all`, as `pnpm fuzz` has it. */
const STEP = process.env["FUZZ_CALLS"] === "all" ? 1 : 23;

const LONG = new Set(["System.Int64", "System.UInt64", "System.Numerics.BigInteger"]);

/** Has a number the form of its type: a bigint for long, ulong and BigInteger, an integer of 32 bits for int? */
function isRepresented(value: unknown): boolean {
  if (typeof value === "number") return (value | 0) === value;
  return !(value instanceof Boxed) || LONG.has(value.type.definitionName) === (typeof value.value === "bigint");
}

/** What is wrong with the outcome of a call: null if it gives a value, a .NET exception of its own, or reaches a limit. */
function fault(source: string): string | null {
  const { expression } = compileExpression(source, { allowBeyond: true, limits: { steps: 100_000, memory: 1_000_000 } });
  try {
    const value = expression?.evaluate([]);
    return isRepresented(value) ? null : `${source}: a number in the wrong form`;
  } catch (error) {
    if (error instanceof LimitError || (error instanceof NetException && error.cause === undefined)) return null;
    return `${source}: ${error instanceof Error ? `${error.message} ${String(error.cause)}` : String(error)}`;
  }
}

it("no member answers null, empty and extreme arguments with an internal error", () => {
  const calls = [...netCalls()].filter((_, i) => i % STEP === 0);
  expect(calls.length).toBeGreaterThan(800);
  expect(calls.flatMap(({ expression }) => fault(expression) ?? [])).toEqual([]);
}, 600_000);
