import type { CallArgument } from "../../binding/applicable.js";
import type { Binder } from "../../binding/binder.js";
import type { Argument } from "../syntax.js";
import { bindExpression } from "./expressions.js";

/** Binds the arguments of a call as far as they go without their parameters. */
export function bindArguments(b: Binder, args: readonly Argument[]): CallArgument[] {
  return args.map(({ value, name, mode, start, end }) => ({ operand: bindExpression(b, value), name, mode, start, end }));
}
