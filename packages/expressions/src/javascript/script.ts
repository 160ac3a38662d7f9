import type { Binder } from "../binding/binder.js";
import { callMember } from "../binding/call-node.js";
import { constantNode } from "../binding/constants.js";
import { errorNode } from "../binding/operand.js";
import type { BoundExpression, LocalSymbol } from "../bound/tree.js";
import type { Place, Problem } from "../diagnostics/diagnostic.js";
import type { MethodSymbol, NetType } from "../types/net-type.js";
import { fit } from "./convert.js";
import { scriptErrors } from "./errors.js";
import { MAX_DEPTH } from "./parse.js";

/**
 * The state of binding one script.
 *
 * Scripts have no types of their own, so what they hold is of static type `object`, and their operators are calls of
 * `Turnpike.JavaScript.Operations` (see javascript/runtime/operations.ts). Three types are kept apart because most values have one of them:
 * string, bool and double, on which operators are the tree's own nodes. Any other .NET type is kept too: that is how members
 * of `context` are found in the type tables, under their names in camelCase, and how a host learns which members are used. .NET
 * numbers become doubles where a script gets them, JSON tokens become `object`.
 */
export class Script {
  /** Variables, by the place of their declaration, whose type cannot stay that of their first value. */
  readonly widened: Set<number>;
  /** All variables are of type `object`. */
  private readonly isWide: boolean;
  /** A variable has been widened: what was bound for its old type is not right. */
  isStale = false;
  /** What the script's own `return`s gave before they were made to fit. */
  readonly resultTypes = new Set<NetType>();
  private readonly declarations = new Map<LocalSymbol, { readonly start: number; readonly isConst: boolean }>();
  private readonly methods = new Map<string, MethodSymbol>();
  private depth = 0;

  constructor(
    readonly b: Binder,
    private readonly operations: NetType,
    widened: Set<number>,
    isWide: boolean,
    /** What was written. */
    private readonly source: string,
  ) {
    this.widened = widened;
    this.isWide = isWide;
  }

  /** What `return` gives in the function at hand. */
  private get returnType(): NetType {
    return this.b.fn.returnType;
  }

  get object(): NetType {
    return this.b.core.object;
  }

  /** Reports a problem; gives what stands for a value that could not be bound. */
  report(node: Place, problem: Problem): BoundExpression {
    this.b.report(node, problem);
    return errorNode(node);
  }

  /** Says that JavaScript has it, but expressions do not. */
  refuse(node: Place, what: string, hint: string): BoundExpression {
    return this.report(node, scriptErrors.refused(what, hint));
  }

  /** A call of an operation, with its arguments as its parameters want them. */
  operation(name: string, args: readonly BoundExpression[], node: Place): BoundExpression {
    let method = this.methods.get(name);
    if (method === undefined) {
      method = this.operations.members(name)[0] as MethodSymbol;
      this.methods.set(name, method);
    }
    return this.call(method, args, node);
  }

  /** A call of a static method of ours. */
  call(method: MethodSymbol, args: readonly BoundExpression[], node: Place): BoundExpression {
    const fitted = method.parameters.map((parameter, i) => {
      const argument = args[i];
      return argument === undefined
        ? constantNode(parameter.defaultValue?.value ?? null, parameter.type, node)
        : fit(this, argument, parameter.type, argument);
    });
    return callMember(this.b, method, null, fitted, node);
  }

  constant(value: unknown, node: Place): BoundExpression {
    const { core } = this.b;
    const type = typeof value === "string" ? core.string : typeof value === "boolean" ? core.bool : core.double;
    return value === null ? constantNode(null, core.object, node) : constantNode(value, type, node);
  }

  /** An array of objects, for operations that take several values. */
  array(elements: readonly BoundExpression[], elementType: NetType, node: Place): BoundExpression {
    const { start, end } = node;
    return {
      kind: "NewArray",
      lengths: [],
      elements: elements.map((element) => fit(this, element, elementType, element)),
      type: this.b.scope.arrayOf(elementType),
      start,
      end,
    };
  }

  /** The value of the function at hand. */
  result(value: BoundExpression): BoundExpression {
    if (this.b.fn.parent !== null) return fit(this, value, this.returnType);
    this.resultTypes.add(value.type);
    const isPlain = value.type !== this.object || this.returnType !== this.object || value.kind === "Constant";
    return isPlain ? fit(this, value, this.returnType) : this.operation("Result", [value], value);
  }

  declared(local: LocalSymbol, start: number, isConst: boolean): void {
    this.declarations.set(local, { start, isConst });
  }

  isWidened(start: number): boolean {
    return this.isWide || this.widened.has(start);
  }

  isConst(local: LocalSymbol): boolean {
    return this.declarations.get(local)?.isConst ?? false;
  }

  /** A variable is given a value of another type: it has to be an `object`. */
  widen(local: LocalSymbol): void {
    const declaration = this.declarations.get(local);
    if (declaration === undefined) return;
    this.widened.add(declaration.start);
    this.isStale = true;
  }

  /** An operator that stands behind blanks, comments and brackets from `from` on, as a branch. */
  branch<O extends "?:" | "&&" | "||" | "??" | "?.">(operator: O, from: number): { readonly operator: O; readonly at: number } {
    const between = /(?:\s|\/\/[^\n\r]*|\/\*[\s\S]*?\*\/|\))*/y;
    between.lastIndex = from;
    between.exec(this.source);
    return { operator, at: between.lastIndex };
  }

  nested(node: Place, bind: () => BoundExpression): BoundExpression {
    if (this.depth >= MAX_DEPTH) {
      return this.report(node, scriptErrors.tooDeep(MAX_DEPTH));
    }
    this.depth++;
    try {
      return bind();
    } finally {
      this.depth--;
    }
  }
}
