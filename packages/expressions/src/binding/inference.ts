import { FunctionType } from "../types/function-type.js";
import type { MethodSymbol, NetType } from "../types/net-type.js";
import { errorType } from "../types/special-types.js";
import { isOpen, substituteType } from "../types/type-base.js";
import type { Binder } from "./binder.js";
import { implicitChange } from "./conversions.js";
import { parametersFit } from "./lambda-conversion.js";
import { methodGroupReturn } from "./method-groups.js";
import { type LambdaOperand, type MethodsOperand, type Operand, typeOfOperand } from "./operand.js";

/** An argument with the type of its parameter (the element type for one of an expanded `params`). */
export interface InferenceInput {
  readonly operand: Operand;
  readonly type: NetType;
  readonly mode: "in" | "out" | "ref" | "params";
}

interface Bounds {
  readonly exact: Set<NetType>;
  readonly lower: Set<NetType>;
  readonly upper: Set<NetType>;
  fixed: NetType | null;
}

/** Infers the type arguments of a generic method by the two phases of the C# specification; null if they cannot be inferred. */
export function inferTypeArguments(b: Binder, method: MethodSymbol, inputs: readonly InferenceInput[]): NetType[] | null {
  return new Inference(b, method.typeParameters).run(inputs);
}

class Inference {
  private readonly bounds: Bounds[];

  constructor(
    private readonly b: Binder,
    private readonly parameters: readonly NetType[],
  ) {
    this.bounds = parameters.map(() => ({ exact: new Set(), lower: new Set(), upper: new Set(), fixed: null }));
  }

  run(inputs: readonly InferenceInput[]): NetType[] | null {
    this.firstPhase(inputs);
    const done = new Set<InferenceInput>();
    while (this.bounds.some((bound) => bound.fixed === null)) {
      this.inferOutputs(inputs, done);
      if (!this.fixSome(inputs)) return null;
    }
    return this.bounds.map((bound) => bound.fixed!);
  }

  private firstPhase(inputs: readonly InferenceInput[]): void {
    for (const { operand, type, mode } of inputs) {
      if (!isOpen(type)) continue;
      if (operand.kind === "UnboundLambda") {
        this.explicitParameters(operand, type);
        continue;
      }
      const own = operand.kind === "OutVariable" ? operand.type : typeOfOperand(operand);
      if (own instanceof FunctionType) continue;
      if (own === null || own === errorType || own.kind === "void") continue;
      if (mode === "out" || mode === "ref") this.exact(own, type);
      else this.lower(own, type);
    }
  }

  private explicitParameters(lambda: LambdaOperand, delegate: NetType): void {
    const types = lambda.explicitTypes();
    const { invoke } = delegate;
    if (types === null || invoke === null || invoke.parameters.length !== types.length) return;
    types.forEach((type, i) => {
      this.exact(type, invoke.parameters[i]!.type);
    });
  }

  /** Fixes the parameters that depend on no other, or failing that those others depend on. False if none can be fixed. */
  private fixSome(inputs: readonly InferenceInput[]): boolean {
    const open = this.parameters.filter((_, i) => this.bounds[i]!.fixed === null);
    const depends = this.dependencies(inputs);
    let chosen = open.filter((parameter) => depends.get(parameter)!.size === 0 && this.hasBounds(parameter));
    if (chosen.length === 0) {
      const neededBy = new Set(open.flatMap((parameter) => [...depends.get(parameter)!]));
      chosen = open.filter(
        (parameter) => this.hasBounds(parameter) && (neededBy.has(parameter) || depends.get(parameter)!.size === 0),
      );
    }
    if (chosen.length === 0) return false;
    return chosen.every((parameter) => this.fix(this.boundsOf(parameter)!));
  }

  /** For each open parameter the others that must be known first: those among the inputs of a delegate whose output it is in. */
  private dependencies(inputs: readonly InferenceInput[]): Map<NetType, Set<NetType>> {
    const direct = new Map<NetType, Set<NetType>>(this.parameters.map((parameter) => [parameter, new Set()]));
    for (const { operand, type } of inputs) {
      const needs = this.inputTypes(operand, type).flatMap((inputType) => this.openIn(inputType));
      if (needs.length === 0) continue;
      const output = type.invoke?.returnType;
      for (const made of output === undefined ? [] : this.openIn(output)) for (const need of needs) direct.get(made)!.add(need);
    }
    for (let grown = true; grown; ) {
      grown = false;
      for (const set of direct.values())
        for (const needed of [...set])
          for (const further of direct.get(needed) ?? [])
            if (!set.has(further)) {
              set.add(further);
              grown = true;
            }
    }
    return direct;
  }

  /** The parameter types of a delegate that must be known before the argument can be looked into. */
  private inputTypes(operand: Operand, type: NetType): readonly NetType[] {
    if (type.invoke === null) return [];
    const isOpenLambda = operand.kind === "UnboundLambda" && operand.explicitTypes() === null;
    return isOpenLambda || operand.kind === "Methods" || functionOf(operand) !== null
      ? type.invoke.parameters.map((parameter) => parameter.type)
      : [];
  }

  private inferOutputs(inputs: readonly InferenceInput[], done: Set<InferenceInput>): void {
    for (const input of inputs) {
      const { operand, type } = input;
      const fn = functionOf(operand);
      if (done.has(input) || (operand.kind !== "UnboundLambda" && operand.kind !== "Methods" && fn === null)) continue;
      const { invoke } = type;
      if (invoke === null || this.openIn(invoke.returnType).length === 0) continue;
      if (this.inputTypes(operand, type).some((inputType) => this.openIn(inputType).length > 0)) continue;
      done.add(input);
      const types = invoke.parameters.map((parameter) => this.withFixed(parameter.type));
      const output =
        operand.kind === "UnboundLambda"
          ? this.lambdaOutput(operand, type, types)
          : operand.kind === "Methods"
            ? this.methodOutput(operand, type, types)
            : fn!.invoke.returnType;
      if (output !== null && output !== errorType && output.kind !== "void") this.lower(output, invoke.returnType);
    }
  }

  private lambdaOutput(lambda: LambdaOperand, delegate: NetType, types: readonly NetType[]): NetType | null {
    const explicit = lambda.explicitTypes();
    if (explicit === null && !parametersFit(lambda, delegate)) return null;
    const { inferred } = lambda.bind(explicit ?? types);
    return inferred === null || inferred.kind === "void" ? null : inferred;
  }

  private methodOutput(methods: MethodsOperand, delegate: NetType, types: readonly NetType[]): NetType | null {
    const modes = delegate.invoke!.parameters.map((parameter) => parameter.mode);
    return methodGroupReturn(this.b, methods, types, modes);
  }

  private withFixed(type: NetType): NetType {
    return substituteType(type, {
      parameters: this.parameters,
      arguments: this.parameters.map((parameter, i) => this.bounds[i]!.fixed ?? parameter),
    });
  }

  private boundsOf(type: NetType): Bounds | null {
    const index = this.parameters.indexOf(type);
    return index < 0 ? null : this.bounds[index]!;
  }

  private hasBounds(parameter: NetType): boolean {
    const { exact, lower, upper } = this.boundsOf(parameter)!;
    return exact.size + lower.size + upper.size > 0;
  }

  /** The parameters not fixed yet that occur in a type. */
  private openIn(type: NetType): NetType[] {
    if (!isOpen(type)) return [];
    const index = this.parameters.indexOf(type);
    if (index >= 0) return this.bounds[index]!.fixed === null ? [type] : [];
    if (type.elementType !== null) return this.openIn(type.elementType);
    return type.arguments.flatMap((argument) => this.openIn(argument));
  }

  private fix(bounds: Bounds): boolean {
    const { exact, lower, upper } = bounds;
    let candidates = [...new Set([...exact, ...lower, ...upper])];
    for (const bound of exact) candidates = candidates.filter((candidate) => candidate === bound);
    for (const bound of lower) candidates = candidates.filter((candidate) => implicitChange(bound, candidate) !== null);
    for (const bound of upper) candidates = candidates.filter((candidate) => implicitChange(candidate, bound) !== null);
    const best = candidates.filter((candidate) => candidates.every((other) => implicitChange(other, candidate) !== null));
    if (best.length !== 1) return false;
    bounds.fixed = best[0]!;
    return true;
  }

  private exact(from: NetType, to: NetType): void {
    const bounds = this.boundsOf(to);
    if (bounds !== null) {
      if (bounds.fixed === null) bounds.exact.add(from);
      return;
    }
    if (!isOpen(to)) return;
    if (to.kind === "array") {
      if (from.kind === "array" && from.rank === to.rank) this.exact(from.elementType!, to.elementType!);
    } else if (isSameDefinition(from, to)) {
      to.arguments.forEach((argument, i) => {
        this.exact(from.arguments[i]!, argument);
      });
    }
  }

  private lower(from: NetType, to: NetType): void {
    const bounds = this.boundsOf(to);
    if (bounds !== null) {
      if (bounds.fixed === null) bounds.lower.add(from);
      return;
    }
    if (!isOpen(to)) return;
    if (to.kind === "array") {
      if (from.kind !== "array" || from.rank !== to.rank) return;
      if (from.elementType!.isValueType) this.exact(from.elementType!, to.elementType!);
      else this.lower(from.elementType!, to.elementType!);
      return;
    }
    if (to.underlying !== null) {
      if (from.underlying !== null) this.lower(from.underlying, to.underlying);
      return;
    }
    const found = constructionOf(from, to);
    if (found === null) return;
    const variances = (to as NetType & { variances?: readonly string[] }).variances ?? [];
    to.arguments.forEach((argument, i) => {
      const own = found.arguments[i]!;
      if (own.isValueType || variances[i] === "none" || variances[i] === undefined) this.exact(own, argument);
      else if (variances[i] === "out") this.lower(own, argument);
      else this.upper(own, argument);
    });
  }

  private upper(from: NetType, to: NetType): void {
    const bounds = this.boundsOf(to);
    if (bounds !== null) {
      if (bounds.fixed === null) bounds.upper.add(from);
      return;
    }
    if (!isOpen(to)) return;
    if (to.kind === "array" && from.kind === "array" && to.rank === from.rank) {
      if (from.elementType!.isValueType) this.exact(from.elementType!, to.elementType!);
      else this.upper(from.elementType!, to.elementType!);
    } else if (isSameDefinition(from, to)) {
      to.arguments.forEach((argument, i) => {
        if (from.arguments[i]!.isValueType) this.exact(from.arguments[i]!, argument);
        else this.upper(from.arguments[i]!, argument);
      });
    }
  }
}

/** The type of a local function given as argument: it takes part like a method group of one method. */
function functionOf(operand: Operand): FunctionType | null {
  const type = typeOfOperand(operand);
  return type instanceof FunctionType ? type : null;
}

function isSameDefinition(a: NetType, c: NetType): boolean {
  return a.declaration !== null && a.declaration === c.declaration && a.arguments.length === c.arguments.length;
}

/** The one construction of `to`'s definition that `from` is, inherits or implements; null if none or several. */
function constructionOf(from: NetType, to: NetType): NetType | null {
  if (to.declaration === null) return null;
  for (let type: NetType | null = from; type !== null; type = type.baseType) if (isSameDefinition(type, to)) return type;
  if (to.kind !== "interface") return null;
  let found: NetType | null = null;
  for (const supertype of from.interfaces) {
    if (!isSameDefinition(supertype, to)) continue;
    if (found !== null && found !== supertype) return null;
    found = supertype;
  }
  return found;
}
