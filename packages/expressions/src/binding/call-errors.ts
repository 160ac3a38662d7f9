import type { Place } from "../diagnostics/diagnostic.js";
import type { NetType } from "../types/net-type.js";
import type { Binder } from "./binder.js";
import { parametersFit, reportLambda } from "./lambda-conversion.js";
import { isValue, type Operand } from "./operand.js";
import { type CallArgument, type Callable, type Refusal, type Resolution, typeParametersOf } from "./overloads.js";

/** `Name(int, string)` as messages write it. */
function signatureOf(callable: Callable): string {
  const { name, declaringType, parameters } = callable;
  const written = name === "new" ? `${declaringType.name}.${simple(declaringType.name)}` : `${declaringType.name}.${name}`;
  const types = typeParametersOf(callable);
  const generic = types.length > 0 ? `<${types.map((type) => type.name).join(", ")}>` : "";
  const list = parameters.map((one) => (one.mode === "in" ? "" : `${one.mode} `) + one.type.name).join(", ");
  return name === "this[]" ? `${declaringType.name}.this[${list}]` : `${written}${generic}(${list})`;
}

function simple(name: string): string {
  return name.replace(/<.*$/, "");
}

/** Says why no overload takes the arguments, by the candidate that came nearest. */
export function reportResolution(
  b: Binder,
  resolution: Resolution,
  args: readonly CallArgument[],
  name: string,
  node: Place,
  typeArguments: readonly NetType[] | null,
): void {
  if (resolution.kind === "ambiguous") {
    b.error(
      node,
      "CS0121",
      `The call is ambiguous between the following methods or properties: '${signatureOf(resolution.first)}' and '${signatureOf(resolution.second)}'`,
    );
    return;
  }
  if (resolution.kind !== "none") return;
  const { refusals } = resolution;
  if (refusals.length === 0) return;
  const best = refusals.reduce((one, other) => (rank(other.refusal) > rank(one.refusal) ? other : one));
  reportRefusal(b, best.callable, best.refusal, refusals.length, args, name, node, typeArguments);
}

function rank(refusal: Refusal): number {
  switch (refusal.kind) {
    case "argument":
      return 10 + refusal.index;
    case "inference":
      return 6;
    case "missing":
      return 5;
    case "name":
      return 4;
    case "count":
      return 2;
    case "typeArguments":
      return 1;
  }
}

function reportRefusal(
  b: Binder,
  callable: Callable,
  refusal: Refusal,
  candidates: number,
  args: readonly CallArgument[],
  name: string,
  node: Place,
  typeArguments: readonly NetType[] | null,
): void {
  const shown = name === "new" ? simple(callable.declaringType.name) : name === "this[]" ? "this" : name;
  switch (refusal.kind) {
    case "count":
      if (candidates === 1 && args.length < callable.parameters.length) {
        const missing = callable.parameters[args.length]!;
        b.error(
          node,
          "CS7036",
          `There is no argument given that corresponds to the required formal parameter '${missing.name}' of '${signatureOf(callable)}'`,
        );
      } else if (name === "new")
        b.error(
          node,
          "CS1729",
          `'${callable.declaringType.name}' does not contain a constructor that takes ${args.length} arguments`,
        );
      else
        b.error(
          node,
          "CS1501",
          `No overload for method '${shown}' takes ${args.length - (isExtensionOf(callable, args) ? 1 : 0)} arguments`,
        );
      return;
    case "typeArguments": {
      const count = typeParametersOf(callable).length;
      if (count === 0)
        b.error(node, "CS0308", `The non-generic method '${signatureOf(callable)}' cannot be used with type arguments`);
      else b.error(node, "CS0305", `Using the generic method '${signatureOf(callable)}' requires ${count} type arguments`);
      return;
    }
    case "name":
      if (refusal.argument.name === null)
        b.error(
          refusal.argument,
          "CS1738",
          "Named argument specifications must appear after all fixed arguments have been specified",
        );
      else if (callable.parameters.some((parameter) => parameter.name === refusal.argument.name))
        b.error(
          refusal.argument,
          "CS1744",
          `Named argument '${refusal.argument.name}' specifies a parameter for which a positional argument has already been given`,
        );
      else
        b.error(
          refusal.argument,
          "CS1739",
          `The best overload for '${shown}' does not have a parameter named '${refusal.argument.name}'`,
        );
      return;
    case "missing":
      b.error(
        node,
        "CS7036",
        `There is no argument given that corresponds to the required formal parameter '${refusal.parameter.name}' of '${signatureOf(callable)}'`,
      );
      return;
    case "inference":
      if (typeArguments === null && reportLambdaBodies(b, args)) return;
      b.error(
        node,
        "CS0411",
        `The type arguments for method '${signatureOf(callable)}' cannot be inferred from the usage. Try specifying the type arguments explicitly.`,
      );
      return;
    case "argument":
      reportArgument(b, refusal, isExtensionOf(callable, args) ? refusal.index : refusal.index + 1);
  }
}

/** The errors inside lambdas, which are what kept types from being inferred. True if there were any. */
function reportLambdaBodies(b: Binder, args: readonly CallArgument[]): boolean {
  for (const { operand } of args) {
    if (operand.kind !== "UnboundLambda") continue;
    for (const binding of operand.bindings.values())
      if (binding.hasErrors) {
        b.diagnostics.push(...binding.diagnostics);
        return true;
      }
  }
  return false;
}

/** Is it called on its first argument, as an extension method? The receiver stands before all arguments, and is none of them. */
function isExtensionOf(callable: Callable, args: readonly CallArgument[]): boolean {
  return callable.kind !== "property" && callable.isExtension && args[0]?.isReceiver === true;
}

/** @param position the argument's number, counted from one */
function reportArgument(b: Binder, refusal: Refusal & { kind: "argument" }, position: number): void {
  const { argument, parameter, type } = refusal;
  const { operand } = argument;
  const wanted = parameter.mode === "out" || parameter.mode === "ref" ? parameter.mode : "value";
  if (argument.mode !== wanted) {
    if (wanted === "value")
      b.error(argument, "CS1615", `Argument ${position} may not be passed with the '${argument.mode}' keyword`);
    else
      b.error(
        argument,
        "CS1620",
        `Argument ${position} must be passed with the '${wanted}' keyword`,
        `Write ${wanted} before the argument.`,
      );
    return;
  }
  if (operand.kind === "UnboundLambda" && type.invoke !== null) {
    if (parametersFit(operand, type)) {
      const types = type.invoke.parameters.map((one) => one.type);
      const { hasErrors, diagnostics } = operand.bind(types);
      if (hasErrors) b.diagnostics.push(...diagnostics);
      else reportLambda(b, operand, type);
    } else reportLambda(b, operand, type);
    return;
  }
  const prefix = wanted === "value" ? "" : `${wanted} `;
  b.error(
    argument,
    "CS1503",
    `Argument ${position}: cannot convert from '${prefix}${describe(operand)}' to '${prefix}${type.name}'`,
  );
}

function describe(operand: Operand): string {
  if (isValue(operand)) return operand.type.name;
  switch (operand.kind) {
    case "Methods":
      return "method group";
    case "UnboundLambda":
      return "lambda expression";
    case "TypeName":
      return operand.type.name;
    case "OutVariable":
      return operand.type?.name ?? "var";
    default:
      return "default";
  }
}
