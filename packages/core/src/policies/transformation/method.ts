import { expressionError } from "../../policy/declared-error.js";
import type { PolicyCompiler, Value } from "../../policy/define.js";
import type { Exchange } from "../../policy/exchange.js";
import { textValue } from "../text.js";
import { transformationProblems } from "./problems.js";

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** An expression gives no method. */
export const methodInvalid = expressionError("an expression gives a method that is none", "'{text}' is not an HTTP method.");

/** Compiles the text of set-method: a method in upper case. An empty or malformed one is an error. */
export function compileMethod(text: Value<unknown> | null, compiler: PolicyCompiler): (exchange: Exchange) => string {
  const method = textValue(text);
  if (method.literal !== undefined && !TOKEN.test(method.literal))
    compiler.report(transformationProblems.methodInvalid(method.literal));
  return (exchange) => {
    const value = (method.get(exchange) ?? "").trim();
    if (!TOKEN.test(value)) throw methodInvalid.error({ text: value });
    return value.toUpperCase();
  };
}
