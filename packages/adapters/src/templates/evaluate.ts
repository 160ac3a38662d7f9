import type { Expression } from "./expression.js";
import { isMapping, shapeOf, Unknown, type Value } from "./value.js";

/** What an expression can see. */
export interface Scope {
  /** What a loop or a function of items has given a name; undefined for none. */
  local(name: string): Value;
  /** The value of a function. @param args the arguments, which need not all be evaluated */
  call(name: string, args: readonly Expression[], at: number, scope: Scope): Value;
}

/** A function of items, as `map` and `filter` take it. */
export type Lambda = (...args: readonly Value[]) => Value;

/**
 * The value of an expression. Never throws for one that cannot be decided: that is {@link Unknown}.
 * @param at the offset of the text that it stands in
 */
export function evaluate(expression: Expression, at: number, scope: Scope): Value {
  switch (expression.kind) {
    case "literal":
      return expression.value;
    case "member":
      return memberOf(evaluate(expression.of, at, scope), evaluate(expression.name, at, scope), at);
    case "call":
      return scope.call(expression.name, expression.args, at, scope);
  }
}

/** A member by name, whatever its case, or by index. */
export function memberOf(of: Value, key: Value, at: number): Value {
  if (of instanceof Unknown) return of;
  if (key instanceof Unknown) return key;
  if (Array.isArray(of)) return (of as Value[])[Number(key)] ?? new Unknown(`there is no item ${String(key)}`, at);
  if (!isMapping(of)) return new Unknown(`there is no ${String(key)} here`, at);
  const own = Object.hasOwn(of, String(key)) ? String(key) : undefined;
  const found = own ?? Object.keys(of).find((name) => name.toLowerCase() === String(key).toLowerCase());
  return found === undefined ? new Unknown(`there is no ${String(key)} here`, at) : of[found];
}

/** A scope with more names. */
export function withLocals(scope: Scope, locals: ReadonlyMap<string, Value>): Scope {
  return {
    local: (name) => (locals.has(name) ? locals.get(name) : scope.local(name)),
    call: (name, args, at, inner) => scope.call(name, args, at, inner),
  };
}

/** Are two known values the same? */
export function isSame(left: Value, right: Value): boolean {
  return left === right || JSON.stringify(left) === JSON.stringify(right);
}

/** Less than 0 if the left comes first. */
export function order(left: Value, right: Value): number {
  if (typeof left === "number" && typeof right === "number") return left - right;
  const [a, b] = [shapeOf(left), shapeOf(right)];
  return a < b ? -1 : a > b ? 1 : 0;
}
