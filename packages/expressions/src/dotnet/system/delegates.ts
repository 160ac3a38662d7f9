import { defineType, type TypeDeclaration } from "../../types/declare.js";

/** The delegate types of System. At run time a delegate is a JavaScript function on raw values. */

const MOST = 8;

function generic(count: number): TypeDeclaration[] {
  const types = Array.from({ length: count }, (_, i) => (count === 1 ? "T" : `T${i + 1}`));
  const inputs = types.map((type) => `in ${type}`);
  const parameters = types.map((type, i) => `${type} ${count === 1 ? "arg" : `arg${i + 1}`}`).join(", ");
  const action = inputs.length === 0 ? "" : `<${inputs.join(", ")}>`;
  return [
    defineType(`delegate TResult System.Func<${[...inputs, "out TResult"].join(", ")}>(${parameters})`, {}, { beyond: true }),
    defineType(`delegate void System.Action${action}(${parameters.replace(/\barg\b/, "obj")})`, {}, { beyond: true }),
  ];
}

/** System.Func and Action with up to eight parameters, Predicate, Comparison and Converter. */
export const delegateTypes: readonly TypeDeclaration[] = [
  ...Array.from({ length: MOST + 1 }, (_, count) => generic(count)).flat(),
  defineType("delegate bool System.Predicate<in T>(T obj)", {}, { beyond: true }),
  defineType("delegate int System.Comparison<in T>(T x, T y)", {}, { beyond: true }),
  defineType("delegate TOutput System.Converter<in TInput, out TOutput>(TInput input)", {}, { beyond: true }),
];
