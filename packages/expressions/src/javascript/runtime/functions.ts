import { raise } from "../../runtime/exceptions.js";
import type { NetDelegate } from "../../types/values.js";

/** A function of a script, called with as many arguments as it takes: those that are missing are null. */
export function callFunction(callee: unknown, args: readonly unknown[]): unknown {
  if (typeof callee !== "function") throw raise.invalidOperation("What is called is not a function.");
  const delegate = callee as NetDelegate;
  const count = delegate.netType?.invoke?.parameters.length ?? args.length;
  const passed: unknown[] = [];
  for (let i = 0; i < count; i++) passed.push(args[i] ?? null);
  return delegate(...passed) ?? null;
}
