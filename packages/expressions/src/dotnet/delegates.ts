import { defineType, type TypeDeclaration } from "../types/declare.js";

const beyond = { beyond: true } as const;

/** `T1, T2`, `T1 arg1, T2 arg2` and `in T1, in T2` for a number of parameters. */
function parameters(count: number): { variant: string[]; list: string } {
  const numbers = Array.from({ length: count }, (_, i) => (count === 1 ? "" : String(i + 1)));
  return { variant: numbers.map((n) => `in T${n}`), list: numbers.map((n) => `T${n} arg${n}`).join(", ") };
}

function func(count: number): TypeDeclaration {
  const { variant, list } = parameters(count);
  return defineType(`delegate TResult System.Func<${[...variant, "out TResult"].join(", ")}>(${list})`, {}, beyond);
}

function action(count: number): TypeDeclaration {
  const { variant, list } = parameters(count);
  return defineType(`delegate void System.Action${count === 0 ? "" : `<${variant.join(", ")}>`}(${list})`, {}, beyond);
}

const COUNTS = Array.from({ length: 9 }, (_, i) => i);

/** The delegates that lambdas become, and their base class. */
export const delegateTypes: readonly TypeDeclaration[] = [
  defineType("abstract class System.Delegate", {}, beyond),
  ...COUNTS.map(func),
  ...COUNTS.map(action),
  defineType("delegate bool System.Predicate<in T>(T obj)", {}, beyond),
  defineType("delegate int System.Comparison<in T>(T x, T y)", {}, beyond),
  defineType("delegate TOutput System.Converter<in TInput, out TOutput>(TInput input)", {}, beyond),
];
