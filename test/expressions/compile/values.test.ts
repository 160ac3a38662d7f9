import { describe, expect, it } from "vitest";
import type { BoundExpression } from "#expressions/bound/tree.js";
import { NetException } from "#expressions/runtime/exceptions.js";
import { type CallSite, withCall } from "#expressions/types/declare.js";
import { Boxed, NetArray } from "#expressions/types/values.js";
import {
  block,
  bool,
  call,
  concat,
  constant,
  convert,
  declare,
  evaluate,
  fn,
  int,
  lambda,
  local,
  parameter,
  read,
  ret,
  text,
  types,
  value,
} from "./trees.js";

const at = { start: 0, end: 0 };
const box = (operand: BoundExpression) => convert(operand, { kind: "box" }, types.object);

function thrown(action: () => unknown): string {
  try {
    return `gave ${String(action())}`;
  } catch (error) {
    return error instanceof NetException ? `${error.typeName}: ${error.message}` : `threw ${String(error)}`;
  }
}

describe("object form", () => {
  it("keeps the type of what is not int, string or bool", () => {
    expect(value(box(int(5)))).toBe(5);
    expect(value(box(text("x")))).toBe("x");
    expect(value(box(constant(5n, types.long)))).toEqual(new Boxed(types.long, 5n));
    expect(value(box(constant(97, types.char)))).toEqual(new Boxed(types.char, 97));
    expect(value(box(constant(null, types.nullable(types.long))))).toBe(null);
  });

  it("is what an evaluation gives for a raw result", () => {
    expect(value(constant(2.5, types.double))).toEqual(new Boxed(types.double, 2.5));
    expect(value(constant(true, types.bool))).toBe(true);
  });

  it("unboxes to the exact type only", () => {
    const unbox = (operand: BoundExpression, to: typeof types.int) => convert(operand, { kind: "unbox" }, to);
    expect(value(unbox(box(int(5)), types.int))).toBe(5);
    expect(value(unbox(constant(null, types.object), types.nullable(types.int)))).toBe(null);
    expect(thrown(() => value(unbox(constant(null, types.object), types.int)))).toMatch(/^System.NullReferenceException/);
    expect(thrown(() => value(unbox(box(constant(5n, types.long)), types.int)))).toBe(
      "System.InvalidCastException: Unable to cast object of type 'System.Int64' to type 'System.Int32'.",
    );
    expect(thrown(() => value(unbox(box(text("5")), types.int)))).toBe(
      "System.InvalidCastException: Unable to cast object of type 'System.String' to type 'System.Int32'.",
    );
  });

  it("casts references with a check, null passing", () => {
    const cast = (operand: BoundExpression) => convert(operand, { kind: "cast" }, types.string);
    expect(value(cast(constant("x", types.object)))).toBe("x");
    expect(value(cast(constant(null, types.object)))).toBe(null);
    expect(thrown(() => value(cast(constant(5, types.object))))).toMatch(/^System.InvalidCastException/);
  });

  it("is asked by is and as", () => {
    const isType = (operand: unknown, test: typeof types.int) =>
      value({ kind: "IsType", operand: constant(operand, types.object), test, type: types.bool, ...at });
    expect(isType(5, types.int)).toBe(true);
    expect(isType(new Boxed(types.long, 5n), types.int)).toBe(false);
    expect(isType(new Boxed(types.long, 5n), types.long)).toBe(true);
    expect(isType(null, types.object)).toBe(false);
    expect(isType(new NetException("System.FormatException", ""), types.exception)).toBe(true);
    expect(isType(new NetException("System.FormatException", ""), types.nullReference)).toBe(false);
    const asType = (operand: unknown, type: typeof types.int) =>
      value({ kind: "AsType", operand: constant(operand, types.object), type, ...at });
    expect(asType("x", types.string)).toBe("x");
    expect(asType(5, types.string)).toBe(null);
  });
});

describe("texts", () => {
  const textOf = (operand: BoundExpression, format: string | null = null, alignment = 0): BoundExpression => ({
    kind: "Text",
    operand,
    format,
    alignment,
    type: types.string,
    ...at,
  });

  it.each<readonly [BoundExpression, string | null, number, string]>([
    [box(int(5)), null, 0, "5"],
    [box(int(5)), "D3", 0, "005"],
    [box(int(5)), null, 4, "   5"],
    [box(int(5)), null, -4, "5   "],
    [box(bool(true)), null, 0, "True"],
    [box(constant(98, types.char)), null, 0, "b"],
    [box(constant(10n, types.long)), null, 0, "10"],
    [box(constant(0.5, types.double)), null, 0, "0.5"],
    [text(null), null, 0, ""],
    [constant(null, types.object), null, 0, ""],
  ])("of %# under %s", (operand, format, alignment, expected) => {
    expect(value(textOf(operand, format, alignment))).toBe(expected);
  });

  it("join, null counting as empty", () => {
    expect(value(concat(text("a"), text(null)))).toBe("a");
    expect(value(concat(text("a"), text("b"), text(null)))).toBe("ab");
    expect(value(concat(text(null), text("a"), text("b"), text("c"), text("d")))).toBe("abcd");
  });
});

describe("arrays", () => {
  const array = (items: unknown[] | null) =>
    constant(items === null ? null : new NetArray(types.int, items), types.array(types.int));
  const get = (target: BoundExpression, ...indices: BoundExpression[]): BoundExpression => ({
    kind: "ArrayGet",
    array: target,
    indices,
    type: types.int,
    ...at,
  });

  it("are read within their bounds", () => {
    expect(value(get(array([1, 2]), int(1)))).toBe(2);
    expect(thrown(() => value(get(array([1, 2]), int(2))))).toMatch(/^System.IndexOutOfRangeException/);
    expect(thrown(() => value(get(array([1, 2]), int(-1))))).toMatch(/^System.IndexOutOfRangeException/);
    expect(thrown(() => value(get(array(null), int(0))))).toMatch(/^System.NullReferenceException/);
  });

  it("are made of zeros or of elements, bytes as bytes", () => {
    const make = (element: typeof types.int, length: number): BoundExpression => ({
      kind: "NewArray",
      lengths: [int(length)],
      elements: null,
      type: types.array(element),
      ...at,
    });
    expect((value(make(types.int, 2)) as NetArray).items).toEqual([0, 0]);
    expect((value(make(types.string, 1)) as NetArray).items).toEqual([null]);
    expect((value(make(types.byte, 3)) as NetArray).items).toEqual(new Uint8Array(3));
    expect(thrown(() => value(make(types.int, -1)))).toMatch(/^System.OverflowException/);
  });

  it("refuse what their own type does not hold", () => {
    const seen = constant(new NetArray(types.string, ["a"]), types.array(types.object));
    const put = (item: unknown): BoundExpression => ({
      kind: "ArraySet",
      array: seen,
      indices: [int(0)],
      value: constant(item, types.object),
      type: types.object,
      ...at,
    });
    expect(value(put("b"))).toBe("b");
    expect(thrown(() => value(put(5)))).toMatch(/^System.ArrayTypeMismatchException/);
  });

  it("of two dimensions are stored row by row", () => {
    const grid = constant(new NetArray(types.int, [1, 2, 3, 4, 5, 6], [2, 3]), types.array(types.int));
    expect(value(get(grid, int(1), int(2)))).toBe(6);
    expect(thrown(() => value(get(grid, int(0), int(3))))).toMatch(/^System.IndexOutOfRangeException/);
  });
});

describe("members", () => {
  it("get their call site where they ask for it", () => {
    const seen: CallSite[] = [];
    const asking = withCall((site: CallSite, a: number, b: number) => {
      seen.push(site);
      return a + b;
    });
    expect(value(call(asking, null, [int(1), int(2)], types.int))).toBe(3);
    expect(seen[0]!.typeArguments).toEqual([]);
    seen[0]!.run.step();
  });

  it.each([0, 1, 2, 3, 4, 5, 6])("take %i arguments", (count) => {
    const args = Array.from({ length: count }, (_, i) => int(i + 1));
    const sum = (...all: number[]) => all.reduce((a, b) => a + b, 0);
    expect(value(call(sum as never, null, args, types.int))).toBe((count * (count + 1)) / 2);
    const withSelf = (self: string, ...all: number[]) => self.length + sum(...all);
    expect(value(call(withSelf as never, text("abc"), args, types.int))).toBe(3 + (count * (count + 1)) / 2);
  });

  it("never give undefined", () => {
    expect(value(call(() => undefined, null))).toBe(null);
  });

  it("evaluate arguments before they find the receiver null", () => {
    const seen: string[] = [];
    const argument = call(() => void seen.push("argument"), null);
    expect(thrown(() => value(call(() => 1, text(null), [argument])))).toMatch(/^System.NullReferenceException/);
    expect(seen).toEqual(["argument"]);
  });

  it("are skipped by ?. on null", () => {
    const length = (receiver: string | null) =>
      evaluate(
        fn(null, (self) => {
          const temporary = local(self, "t", types.string);
          return ret({
            kind: "NullConditional",
            receiver: text(receiver),
            temporary,
            access: call((text: string) => text.length, read(temporary), [], types.int),
            type: types.nullable(types.int),
            ...at,
          });
        }),
      );
    expect(length("abc")).toBe(3);
    expect(length(null)).toBe(null);
  });

  it("accept lambdas and call them with raw values", () => {
    const body = fn(null, (self) => {
      const f = local(self, "f", types.func);
      const nested = fn(self, (inner) => {
        const s = parameter(inner, "s", types.string);
        return concat(read(s), text("!"));
      });
      const apply = (run: (s: string) => string) => ["a", "b"].map((text) => run(text)).join("");
      return block(declare(f, lambda(nested)), ret(call(apply, null, [read(f)], types.string)));
    });
    expect(evaluate(body)).toBe("a!b!");
  });
});
