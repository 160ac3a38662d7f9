import { describe, expect, it } from "vitest";
import type { NumericKind, NumericType } from "#expressions/bound/tree.js";
import { Decimal } from "#expressions/dotnet/numbers/decimal.js";
import { toText } from "#expressions/dotnet/object.js";
import { NetException } from "#expressions/runtime/exceptions.js";
import { arithmetic, block, compare, constant, convert, declare, evaluate, fn, local, read, ret, types, value } from "./trees.js";

type Raw = number | bigint | Decimal | null;
const dec = (mantissa: bigint, scale = 0) => Decimal.of(mantissa, scale);

function thrown(run: () => unknown): string {
  try {
    return `gave ${String(run())}`;
  } catch (error) {
    return error instanceof NetException ? error.typeName : `threw ${String(error)}`;
  }
}

/** An operand as a constant and as a local: both forms are compiled differently. */
function bothWays(kind: NumericKind, operator: never, left: Raw, right: Raw, checked = false): unknown[] {
  const operandType = types[kind];
  const direct = () => value(arithmetic(constant(left, operandType), operator, constant(right, operandType), kind, { checked }));
  const byLocals = () => {
    const body = fn(null, (self) => {
      self.returnType = types.object;
      const a = local(self, "a", operandType);
      const b = local(self, "b", operandType);
      return block(
        declare(a, constant(left, operandType)),
        declare(b, constant(right, operandType)),
        ret(arithmetic(read(a), operator, read(b), kind, { checked })),
      );
    });
    return evaluate(body);
  };
  return [direct, byLocals].map((run) => {
    try {
      const result = run();
      return result instanceof Object && "value" in result ? result.value : result;
    } catch (error) {
      return error instanceof NetException ? error.typeName.replace("System.", "") : String(error);
    }
  });
}

const MIN = -2147483648;
const MAX = 2147483647;
const LMIN = -(2n ** 63n);
const LMAX = 2n ** 63n - 1n;
const ULMAX = 2n ** 64n - 1n;

const table: readonly [NumericKind, Raw, string, Raw, Raw | string][] = [
  ["int", 7, "/", 2, 3],
  ["int", -7, "/", 2, -3],
  ["int", -7, "%", 2, -1],
  ["int", -4, "%", 2, 0],
  ["int", MAX, "+", 1, MIN],
  ["int", MIN, "-", 1, MAX],
  ["int", 65536, "*", 65537, 65536],
  ["int", 123456789, "*", 987654321, -67153019],
  ["int", 1, "/", 0, "DivideByZeroException"],
  ["int", 1, "%", 0, "DivideByZeroException"],
  ["int", MIN, "/", -1, "OverflowException"],
  ["int", 5, "/", -1, -5],
  ["int", 1, "<<", 33, 2],
  ["int", -8, ">>", 1, -4],
  ["int", 6, "&", 3, 2],
  ["int", 6, "|", 3, 7],
  ["int", 6, "^", 3, 5],
  ["uint", 0, "-", 1, 4294967295],
  ["uint", 4294967295, "*", 4294967295, 1],
  ["uint", 4294967295, "/", 2, 2147483647],
  ["uint", 4294967295, ">>", 31, 1],
  ["uint", 4294967295, "^", 1, 4294967294],
  ["long", LMAX, "+", 1n, LMIN],
  ["long", LMAX, "*", 2n, -2n],
  ["long", -7n, "/", 2n, -3n],
  ["long", -7n, "%", 2n, -1n],
  ["long", 1n, "/", 0n, "DivideByZeroException"],
  ["long", LMIN, "/", -1n, "OverflowException"],
  ["long", 1n, "<<", 65, 2n],
  ["ulong", 0n, "-", 1n, ULMAX],
  ["ulong", ULMAX, ">>", 63, 1n],
  ["double", 1, "/", 0, Number.POSITIVE_INFINITY],
  ["double", 7.5, "%", 2, 1.5],
  ["float", Math.fround(0.1), "+", Math.fround(0.2), Math.fround(0.3)],
  ["decimal", dec(110n, 2), "+", dec(120n, 2), dec(230n, 2)],
  ["decimal", dec(1n), "/", dec(0n), "DivideByZeroException"],
];

describe("arithmetic", () => {
  it.each(table)("%s: %s %s %s is %s", (kind, left, operator, right, expected) => {
    for (const result of bothWays(kind, operator as never, left, right))
      if (expected instanceof Decimal) expect(toText(result)).toBe(toText(expected));
      else expect(result).toBe(expected);
  });

  const overflows: readonly [NumericKind, Raw, string, Raw][] = [
    ["int", MAX, "+", 1],
    ["int", MIN, "-", 1],
    ["int", 65536, "*", 65536],
    ["uint", 0, "-", 1],
    ["uint", 4294967295, "+", 1],
    ["long", LMAX, "+", 1n],
    ["long", LMAX, "*", 2n],
    ["ulong", 0n, "-", 1n],
  ];
  it.each(overflows)("checked %s: %s %s %s overflows", (kind, left, operator, right) => {
    expect(bothWays(kind, operator as never, left, right, true)).toEqual(["OverflowException", "OverflowException"]);
  });

  it("gives null for lifted operators on null", () => {
    const nothing = constant(null, types.nullable(types.int));
    expect(value(arithmetic(nothing, "+", constant(1, types.int), "int", { lifted: true }))).toBe(null);
    expect(value(compare(nothing, "==", nothing, "int", true))).toBe(true);
    expect(value(compare(nothing, "!=", constant(1, types.int), "int", true))).toBe(true);
    expect(value(compare(nothing, "<", constant(1, types.int), "int", true))).toBe(false);
    expect(value(compare(nothing, ">=", nothing, "int", true))).toBe(false);
  });
});

const conversions: readonly [NumericType, NumericType, Raw, Raw | string, Raw | string][] = [
  // from, to, value, unchecked, checked
  ["int", "byte", 300, 44, "OverflowException"],
  ["int", "sbyte", 200, -56, "OverflowException"],
  ["int", "char", -1, 65535, "OverflowException"],
  ["int", "long", -5, -5n, -5n],
  ["int", "ulong", -1, ULMAX, "OverflowException"],
  ["uint", "int", 4294967295, -1, "OverflowException"],
  ["long", "int", 4294967297n, 1, "OverflowException"],
  ["long", "double", 5n, 5, 5],
  ["double", "int", 3.99, 3, 3],
  ["double", "int", -3.99, -3, -3],
  ["double", "int", 1e10, MIN, "OverflowException"],
  ["double", "int", Number.NaN, MIN, "OverflowException"],
  ["double", "byte", 300.7, 44, "OverflowException"],
  ["double", "long", 1e30, LMIN, "OverflowException"],
  ["double", "ulong", 1.5e19, 15000000000000000000n, 15000000000000000000n],
  ["double", "float", 0.1, Math.fround(0.1), Math.fround(0.1)],
  ["decimal", "int", dec(399n, 2), 3, 3],
  ["decimal", "int", dec(9999999999n), "OverflowException", "OverflowException"],
  ["char", "int", 97, 97, 97],
];

describe("numeric conversions", () => {
  it.each(conversions)("%s to %s of %s", (from, to, raw, unchecked, checked) => {
    const typeOfKind = (kind: NumericType) => (kind in types ? types[kind as NumericKind] : types.int);
    const run = (isChecked: boolean) => {
      const node = convert(constant(raw, typeOfKind(from)), { kind: "numeric", from, to }, types.object, isChecked);
      return value(node);
    };
    const outcome = (isChecked: boolean, expected: unknown) =>
      typeof expected === "string" ? thrown(() => run(isChecked)).replace("System.", "") : run(isChecked);
    expect(outcome(false, unchecked)).toBe(unchecked);
    expect(outcome(true, checked)).toBe(checked);
  });
});
