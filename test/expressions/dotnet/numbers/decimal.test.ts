import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Decimal } from "#expressions/dotnet/numbers/decimal.js";

/** From its text. */
function decimal(text: string): Decimal {
  const [whole, fraction = ""] = text.split(".");
  return new Decimal(BigInt(whole! + fraction), fraction.length);
}

describe("decimal", () => {
  test.each([
    ["add", "1.10", "2", "3.10"],
    ["subtract", "1.5", "1.50", "0.00"],
    ["multiply", "1.10", "2.0", "2.200"],
    ["multiply", "12345678901234567890", "0.0000000001", "1234567890.1234567890"],
    ["divide", "1", "3", "0.3333333333333333333333333333"],
    ["divide", "2", "3", "0.6666666666666666666666666667"],
    ["divide", "10.00", "4", "2.50"],
    ["divide", "100", "8", "12.5"],
    ["remainder", "-7.5", "2", "-1.5"],
  ] as const)("%s %s %s", (operation, a, b, result) => {
    expect(Decimal[operation](decimal(a), decimal(b)).toText()).toBe(result);
  });

  test("a result that does not fit is rounded half to even", () => {
    expect(Decimal.add(decimal("7922816251426433759354395033"), decimal("0.25")).toText()).toBe("7922816251426433759354395033.2");
    expect(Decimal.add(decimal("7922816251426433759354395033"), decimal("0.35")).toText()).toBe("7922816251426433759354395033.4");
  });

  test("beyond the largest value is OverflowException", () => {
    expect(() => Decimal.add(Decimal.maxValue, Decimal.one)).toThrow("too large or too small for a Decimal");
    expect(() => Decimal.divide(Decimal.maxValue, decimal("0.1"))).toThrow("too large or too small for a Decimal");
    expect(() => Decimal.fromDouble(Number.NaN)).toThrow("too large or too small for a Decimal");
  });

  test("equal values have one key, whatever their scale", () => {
    expect(decimal("1.50").key).toBe(decimal("1.5").key);
    expect(decimal("0.00").key).toBe(Decimal.zero.key);
    expect(decimal("1.5").key).not.toBe(decimal("15").key);
  });

  test("float gives seven digits, double fifteen", () => {
    expect(Decimal.fromSingle(Math.fround(0.1)).toText()).toBe("0.1");
    expect(Decimal.fromDouble(0.1 + 0.2).toText()).toBe("0.3");
    expect(Decimal.fromDouble(1e20 / 3).toText()).toBe("33333333333333300000");
  });
});

/** Amounts around what a double holds exactly, and small ones. */
const digits = fc.oneof(
  fc.bigInt({ min: -1000n, max: 1000n }),
  fc.bigInt({ min: -(2n ** 53n) - 50n, max: -(2n ** 53n) + 50n }),
  fc.bigInt({ min: 2n ** 53n - 50n, max: 2n ** 53n + 50n }),
  fc.bigInt({ min: -(2n ** 60n), max: 2n ** 60n }),
);
const amount = fc.tuple(digits, fc.nat(14));
const at = (mantissa: bigint, from: number, to: number): bigint => mantissa * 10n ** BigInt(to - from);
const shown = (compute: () => Decimal): string => {
  try {
    const { mantissa, scale } = compute();
    return `${mantissa}e-${scale}`;
  } catch (error) {
    return (error as Error).message;
  }
};

describe("decimals that a double could hold", () => {
  test("are computed as exactly as the others", () => {
    fc.assert(
      fc.property(amount, amount, ([a, aScale], [b, bScale]) => {
        const [x, y, most] = [new Decimal(a, aScale), new Decimal(b, bScale), Math.max(aScale, bScale)];
        const [wideA, wideB] = [at(a, aScale, most), at(b, bScale, most)];
        expect(shown(() => Decimal.add(x, y))).toBe(shown(() => Decimal.of(wideA + wideB, most)));
        expect(shown(() => Decimal.subtract(x, y))).toBe(shown(() => Decimal.of(wideA - wideB, most)));
        expect(Decimal.compare(x, y)).toBe(wideA < wideB ? -1 : wideA > wideB ? 1 : 0);
        if (a !== 0n && b !== 0n)
          expect(shown(() => Decimal.multiply(x, y))).toBe(shown(() => Decimal.of(a * b, aScale + bScale)));
        if (b !== 0n && aScale === bScale) {
          expect(Decimal.compare(Decimal.remainder(x, y), new Decimal(a % b, aScale))).toBe(0);
          if (a % b === 0n) expect(shown(() => Decimal.divide(x, y))).toBe(`${a / b}e-0`);
        }
        expect(Decimal.truncate(x).mantissa).toBe(a / 10n ** BigInt(aScale));
      }),
      { numRuns: 2000 },
    );
  });
});
