import type { BoundArgument, BoundExpression, BoundFunction, LocalSymbol } from "../../bound/tree.js";
import type { ParameterSymbol } from "../../types/net-type.js";
import { FlowState } from "./flow-state.js";

/** A place in the source. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

/** The states behind a condition, by its value. */
export interface Branches {
  readonly whenTrue: FlowState;
  readonly whenFalse: FlowState;
}

type Lambda = Extract<BoundExpression, { kind: "Lambda" }>;
type Chain = Extract<
  BoundExpression,
  { kind: "Arithmetic" | "Compare" | "Same" | "SameObject" | "Logic" | "AndAlso" | "OrElse" }
>;

/** Follows definite assignment through expressions. `state` is what holds at the point reached. */
export abstract class ExpressionFlow {
  protected state = FlowState.start();
  /** The function at hand. */
  protected abstract fn: BoundFunction;
  private readonly numbers = new Map<LocalSymbol, number>();
  private readonly symbols: LocalSymbol[] = [];

  /** A variable is read: an error where it need not have a value. */
  protected abstract read(local: LocalSymbol, place: Place): void;
  protected abstract lambda(lambda: Lambda): void;
  /** A local function is called, or made a delegate. */
  protected abstract useFunction(local: LocalSymbol, place: Place, isCall: boolean): void;
  protected abstract isLocalFunction(local: LocalSymbol): boolean;
  /** Notes a local function when its delegate is made; false for lambdas. */
  protected abstract declareFunction(local: LocalSymbol, lambda: Lambda): boolean;
  /** Notes what a variable is set to, for warnings. */
  protected abstract written(local: LocalSymbol, value: BoundExpression | null): void;

  protected numberOf(local: LocalSymbol): number {
    let number = this.numbers.get(local);
    if (number === undefined) {
      number = this.symbols.length;
      this.numbers.set(local, number);
      this.symbols.push(local);
    }
    return number;
  }

  protected symbolOf(number: number): LocalSymbol {
    return this.symbols[number]!;
  }

  protected assign(local: LocalSymbol): void {
    this.state.assign(this.numberOf(local));
  }

  /** Evaluates a value and gives it to a variable. */
  protected set(local: LocalSymbol, value: BoundExpression): void {
    if (value.kind !== "Lambda" || !this.declareFunction(local, value)) this.visit(value);
    this.assign(local);
    this.written(local, value);
  }

  protected visitAll(expressions: readonly BoundExpression[]): void {
    for (const expression of expressions) this.visit(expression);
  }

  protected visit(expression: BoundExpression): void {
    switch (expression.kind) {
      case "Constant":
      case "Default":
      case "Global":
      case "TypeOf":
        return;
      case "Local":
        if (this.isLocalFunction(expression.local)) this.useFunction(expression.local, expression, false);
        else this.read(expression.local, expression);
        return;
      case "AssignLocal":
        this.set(expression.local, expression.value);
        return;
      case "Convert":
      case "Unary":
      case "Not":
      case "Text":
      case "IsType":
      case "AsType":
        this.visit(expression.operand);
        return;
      case "Arithmetic":
      case "Compare":
      case "Same":
      case "SameObject":
      case "Logic":
        this.chain(expression);
        return;
      case "AndAlso":
      case "OrElse": {
        const { whenTrue, whenFalse } = this.branches(expression);
        this.state = whenTrue.join(whenFalse);
        return;
      }
      case "Concat":
        this.visitAll(expression.parts);
        return;
      case "Conditional": {
        const { whenTrue, whenFalse } = this.branches(expression.condition);
        this.state = whenTrue;
        this.visit(expression.then);
        const then = this.state;
        this.state = whenFalse;
        this.visit(expression.otherwise);
        this.state = this.state.join(then);
        return;
      }
      case "Coalesce":
        this.visit(expression.left);
        this.visitAside(expression.right);
        return;
      case "NullConditional":
        this.visit(expression.receiver);
        this.assign(expression.temporary);
        this.visitAside(expression.access);
        return;
      case "Sequence":
        this.visitAll(expression.effects);
        this.visit(expression.value);
        return;
      case "Member":
        if (expression.receiver !== null) this.visit(expression.receiver);
        this.visitArguments(expression.arguments, expression.member.parameters, expression);
        return;
      case "Invoke":
        this.visitInvoke(expression);
        return;
      case "ArrayGet":
        this.visit(expression.array);
        this.visitAll(expression.indices);
        return;
      case "ArraySet":
        this.visit(expression.array);
        this.visitAll(expression.indices);
        this.visit(expression.value);
        return;
      case "ArrayLength":
        this.visit(expression.array);
        return;
      case "NewArray":
        this.visitAll(expression.lengths);
        this.visitAll(expression.elements ?? []);
        return;
      case "NewAnonymous":
        this.visitAll(expression.values);
        return;
      case "AnonymousGet":
        this.visit(expression.target);
        return;
      case "Lambda":
        this.lambda(expression);
        return;
      case "MethodGroup":
        if (expression.receiver !== null) this.visit(expression.receiver);
        return;
      case "Throw":
        this.visit(expression.value);
        this.state = FlowState.unreachable();
        return;
    }
  }

  /** What may or may not be evaluated: behind it only what held before it does. */
  private visitAside(expression: BoundExpression): void {
    const before = this.state.copy();
    this.visit(expression);
    this.state = before.join(this.state);
  }

  private visitInvoke(expression: Extract<BoundExpression, { kind: "Invoke" }>): void {
    const { callee } = expression;
    const isFunction = callee.kind === "Local" && this.isLocalFunction(callee.local);
    if (!isFunction) this.visit(callee);
    this.visitArguments(expression.arguments, callee.type.invoke?.parameters ?? [], expression);
    if (isFunction) this.useFunction(callee.local, callee, true);
  }

  private visitArguments(args: readonly BoundArgument[], parameters: readonly ParameterSymbol[], place: Place): void {
    const outs: LocalSymbol[] = [];
    args.forEach((argument, index) => {
      if (argument.kind === "Reference") {
        if (parameters[index]?.mode === "out") outs.push(argument.local);
        else this.read(argument.local, place);
        this.written(argument.local, null);
      } else if (argument.kind === "ElementReference") {
        this.visit(argument.array);
        this.visitAll(argument.indices);
      } else this.visit(argument);
    });
    for (const local of outs) this.assign(local);
  }

  /** Visits a condition; `state` is spent. */
  protected branches(expression: BoundExpression): Branches {
    switch (expression.kind) {
      case "Constant":
        return expression.value === true
          ? { whenTrue: this.state, whenFalse: FlowState.unreachable() }
          : expression.value === false
            ? { whenTrue: FlowState.unreachable(), whenFalse: this.state }
            : this.unknown();
      case "Not": {
        if (expression.lifted) break;
        const { whenTrue, whenFalse } = this.branches(expression.operand);
        return { whenTrue: whenFalse, whenFalse: whenTrue };
      }
      case "Convert":
        if (expression.conversion.kind !== "relabel") break;
        return this.branches(expression.operand);
      case "AndAlso":
      case "OrElse":
        return this.shortCircuit(expression);
      case "Conditional": {
        const { whenTrue, whenFalse } = this.branches(expression.condition);
        this.state = whenTrue;
        const then = this.branches(expression.then);
        this.state = whenFalse;
        const otherwise = this.branches(expression.otherwise);
        return {
          whenTrue: then.whenTrue.join(otherwise.whenTrue),
          whenFalse: then.whenFalse.join(otherwise.whenFalse),
        };
      }
      case "Sequence":
        this.visitAll(expression.effects);
        return this.branches(expression.value);
      default:
    }
    this.visit(expression);
    return this.unknown();
  }

  private unknown(): Branches {
    return { whenTrue: this.state, whenFalse: this.state.copy() };
  }

  /** `a && b && c`, `a || b || c`: chains are as deep as they are long, so they are followed in a loop. */
  private shortCircuit(expression: Extract<BoundExpression, { kind: "AndAlso" | "OrElse" }>): Branches {
    const spine = [expression];
    let first = expression.left;
    for (; first.kind === "AndAlso" || first.kind === "OrElse"; first = first.left) spine.push(first);
    let { whenTrue, whenFalse } = this.branches(first);
    for (const { kind, right } of spine.reverse()) {
      this.state = kind === "AndAlso" ? whenTrue : whenFalse;
      const next = this.branches(right);
      if (kind === "AndAlso") {
        whenTrue = next.whenTrue;
        whenFalse = whenFalse.join(next.whenFalse);
      } else {
        whenTrue = whenTrue.join(next.whenTrue);
        whenFalse = next.whenFalse;
      }
    }
    return { whenTrue, whenFalse };
  }

  /** Binary operators that evaluate both operands: `a + b + c` in a loop. */
  private chain(expression: Chain): void {
    const rights = [expression.right];
    let first = expression.left;
    for (; isStrict(first); first = first.left) rights.push(first.right);
    this.visit(first);
    this.visitAll(rights.reverse());
  }
}

function isStrict(expression: BoundExpression): expression is Chain {
  const { kind } = expression;
  return kind === "Arithmetic" || kind === "Compare" || kind === "Same" || kind === "SameObject" || kind === "Logic";
}
