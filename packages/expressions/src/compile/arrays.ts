import { NetException, raise } from "../runtime/exceptions.js";
import { Weight } from "../runtime/weights.js";
import type { NetType, TypeScopeView } from "../types/net-type.js";
import { NetArray } from "../types/values.js";
import { zeroOf } from "../types/zero.js";
import type { Evaluator, Frame } from "./frame.js";
import { typeTest } from "./type-test.js";

/** An index may be of any integer type. */
type Index = number | bigint;

/** The place of an element, checked against the bounds. */
function offsetOf(array: NetArray, indices: readonly Index[]): number {
  const { lengths } = array;
  if (lengths === null) return inBounds(indices[0]!, array.items.length);
  let offset = 0;
  for (let i = 0; i < lengths.length; i++) offset = offset * lengths[i]! + inBounds(indices[i]!, lengths[i]!);
  return offset;
}

function inBounds(index: Index, length: number): number {
  if (index < 0 || index >= length) throw raise.indexOutOfRange();
  return Number(index);
}

function notNull(array: unknown): NetArray {
  if (array === null) throw raise.nullReference();
  return array as NetArray;
}

/** Compiles `array[i, …]`. */
export function compileArrayGet(array: Evaluator, indices: readonly Evaluator[]): Evaluator {
  const [first] = indices;
  if (indices.length === 1)
    return (frame) => {
      const target = array(frame) as NetArray | null;
      const index = first!(frame) as Index;
      if (target === null) throw raise.nullReference();
      const { items } = target;
      if (index < 0 || index >= items.length) throw raise.indexOutOfRange();
      return items[index as number];
    };
  return (frame) => {
    const target = array(frame);
    const at = indices.map((index) => index(frame) as Index);
    return notNull(target).items[offsetOf(notNull(target), at)];
  };
}

/** Compiles `array[i, …] = value`. An array seen through a base element type refuses what its own type does not hold. */
export function compileArraySet(
  array: Evaluator,
  indices: readonly Evaluator[],
  value: Evaluator,
  elementType: NetType,
  scope: TypeScopeView,
): Evaluator {
  const [first] = indices;
  const store = (target: NetArray, offset: number, result: unknown) => {
    if (
      target.elementType !== elementType &&
      !elementType.isValueType &&
      result !== null &&
      !typeTest(target.elementType, scope)(result)
    )
      throw new NetException(
        "System.ArrayTypeMismatchException",
        "Attempted to access an element as a type incompatible with the array.",
      );
    target.items[offset] = result as number;
    return result;
  };
  if (indices.length === 1)
    return (frame) => {
      const target = array(frame);
      const index = first!(frame) as Index;
      const result = value(frame);
      return store(notNull(target), inBounds(index, notNull(target).items.length), result);
    };
  return (frame) => {
    const target = array(frame);
    const at = indices.map((index) => index(frame) as Index);
    const result = value(frame);
    return store(notNull(target), offsetOf(notNull(target), at), result);
  };
}

/** Compiles `array.Length`. */
export function compileArrayLength(array: Evaluator): Evaluator {
  return (frame) => notNull(array(frame)).items.length;
}

/** A `ref`/`out` to an array element. */
export function elementReference(array: Evaluator, indices: readonly Evaluator[]): (frame: Frame) => { value: unknown } {
  return (frame) => {
    const target = notNull(array(frame));
    const offset = offsetOf(
      target,
      indices.map((index) => index(frame) as Index),
    );
    return {
      get value() {
        return target.items[offset];
      },
      set value(value: unknown) {
        target.items[offset] = value as number;
      },
    };
  };
}

/** Compiles `new T[…]` and `new T[] { … }`. `type` is the array's type. */
export function compileNewArray(type: NetType, lengths: readonly Evaluator[], elements: readonly Evaluator[] | null): Evaluator {
  const elementType = type.elementType!;
  const isBytes = elementType.definitionName === "System.Byte";
  const zero = zeroOf(elementType);
  const weight = isBytes ? 1 : Weight.item;
  const make = (count: number) => (isBytes ? new Uint8Array(count) : new Array<unknown>(count).fill(zero));
  return (frame) => {
    const sizes = lengths.map((length) => Number(length(frame)));
    let count = 1;
    for (const size of sizes) {
      if (size < 0) throw raise.overflow();
      count *= size;
    }
    const total = elements === null ? count : elements.length;
    frame.run.allocate(Weight.object + total * weight);
    if (total > 0xffff) frame.run.steps(total >> 8);
    const items = make(total);
    if (elements !== null) for (let i = 0; i < total; i++) items[i] = elements[i]!(frame) as number;
    return new NetArray(elementType, items, type.rank > 1 ? sizes : null);
  };
}
