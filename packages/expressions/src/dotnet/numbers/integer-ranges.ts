import type { NumericType } from "../../bound/tree.js";

/** The types of whole numbers, characters among them. */
export type Integer = Exclude<NumericType, "float" | "double" | "decimal">;

/** The least and the greatest value of each type of whole numbers (C# reference, integral numeric types). */
export const integerRanges: Readonly<Record<Integer, readonly [least: bigint, greatest: bigint]>> = {
  sbyte: [-128n, 127n],
  byte: [0n, 255n],
  short: [-32768n, 32767n],
  ushort: [0n, 65535n],
  char: [0n, 65535n],
  int: [-2147483648n, 2147483647n],
  uint: [0n, 4294967295n],
  long: [-(2n ** 63n), 2n ** 63n - 1n],
  ulong: [0n, 2n ** 64n - 1n],
};
