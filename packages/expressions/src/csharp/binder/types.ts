import type { Binder } from "../../binding/binder.js";
import { checkNamed } from "../../binding/restrictions.js";
import { nearestName } from "../../diagnostics/nearest-name.js";
import type { NetType } from "../../types/net-type.js";
import { errorType, voidType } from "../../types/special-types.js";
import type { NamePart, Node, TypeSyntax } from "../syntax.js";

/** The type that a piece of syntax names; reports what it cannot find and gives the error type then. */
export function bindType(b: Binder, syntax: TypeSyntax): NetType {
  switch (syntax.kind) {
    case "ArrayType": {
      const element = bindType(b, syntax.element);
      if (element === errorType) return element;
      if (element.kind === "void" || element.isStatic) {
        b.error(syntax, "CS0719", `'${element.name}': array elements cannot be of this type`);
        return errorType;
      }
      return b.scope.arrayOf(element, syntax.rank);
    }
    case "NullableType": {
      const element = bindType(b, syntax.element);
      if (element === errorType) return element;
      if (element.isValueType && element.underlying === null) return b.scope.nullableOf(element);
      b.error(
        syntax,
        "CS0453",
        `The type '${element.name}' must be a non-nullable value type in order to use it as parameter 'T' in the generic type or method 'Nullable<T>'`,
        "Reference types can be null anyway: leave the '?' out.",
      );
      return errorType;
    }
    case "TupleType":
      b.error(syntax, "TP1102", "Value tuples are not supported within expressions", "Use an anonymous object or System.Tuple.");
      return errorType;
    case "NamedType":
      return bindNamedType(b, syntax.parts, syntax);
  }
}

/** Is it the word `var`, which means no type of that name? */
export function isVar(syntax: TypeSyntax): boolean {
  return isNamed(syntax, "var");
}

function isNamed(syntax: TypeSyntax, name: string): boolean {
  return (
    syntax.kind === "NamedType" &&
    syntax.parts.length === 1 &&
    syntax.parts[0]!.name === name &&
    syntax.parts[0]!.typeArguments === null
  );
}

function bindNamedType(b: Binder, parts: readonly NamePart[], syntax: Node): NetType {
  if (parts.length === 1 && parts[0]!.name === "dynamic" && parts[0]!.typeArguments === null) {
    b.error(syntax, "TP1102", "'dynamic' is not supported within expressions", "Use the type of the value, or object.");
    return errorType;
  }
  if (parts.length === 0) return errorType;
  const found = lookupType(b, parts);
  if (found !== null) return found;
  reportUnknownType(b, parts, syntax);
  return errorType;
}

/** The type that dotted parts name, with type arguments bound; null if there is none. Reports wrong numbers of arguments. */
export function lookupType(b: Binder, parts: readonly NamePart[]): NetType | null {
  let namespace = "";
  let type: NetType | null = null;
  for (const [i, part] of parts.entries()) {
    const arity = part.typeArguments?.length ?? 0;
    if (type !== null) {
      type = b.scope.findNested(type, part.name, arity);
      if (type === null) return null;
    } else {
      type = i === 0 ? findFirst(b, part, arity) : b.scope.find(`${namespace}.${part.name}`, arity);
      if (type === null) {
        namespace = i === 0 ? part.name : `${namespace}.${part.name}`;
        if (!b.scope.isNamespace(namespace)) return null;
        continue;
      }
    }
    type = withArguments(b, type, part);
    checkNamed(b, type, part);
  }
  return type;
}

function findFirst(b: Binder, part: NamePart, arity: number): NetType | null {
  if (arity === 0) {
    const parameter = b.typeParameters.get(part.name);
    if (parameter !== undefined) return parameter;
    const keyword = b.scope.keyword(part.name);
    if (keyword !== null) return keyword;
  }
  return findShortType(b, part.name, arity, part);
}

/** A type by its short name; an ambiguous name is reported. */
export function findShortType(b: Binder, name: string, arity: number, node: Node): NetType | null {
  const short = b.scope.findShort(name, arity);
  if (short === null) return null;
  if ("type" in short) return short.type;
  const [first, second] = short.ambiguous;
  b.error(
    node,
    "CS0104",
    `'${name}' is an ambiguous reference between '${first!.definitionName}' and '${second!.definitionName}'`,
    `Write the name in full: ${first!.definitionName}.`,
  );
  return first!;
}

function withArguments(b: Binder, definition: NetType, part: NamePart): NetType {
  const { typeArguments } = part;
  if (typeArguments === null || typeArguments.some((argument) => argument === null)) return definition;
  const bound = typeArguments.map((argument) => bindType(b, argument!));
  if (bound.includes(errorType)) return errorType;
  if (bound.some((one) => one === voidType || one.isStatic)) {
    b.error(part, "CS0718", `'${bound.find((one) => one === voidType || one.isStatic)!.name}' cannot be used as type arguments`);
    return errorType;
  }
  return b.scope.construct(definition, bound);
}

/** Says that a type is not known, or is known with another number of type arguments. */
function reportUnknownType(b: Binder, parts: readonly NamePart[], node: Node): void {
  const first = parts[0]!;
  const name = parts.map((part) => part.name).join(".");
  const arity = first.typeArguments?.length ?? 0;
  if (parts.length === 1) {
    const arities = b.scope.aritiesOf(first.name);
    if (arities.length > 0) {
      reportArity(b, first.name, arity, arities, node);
      return;
    }
    const hint = nearestName(first.name, b.scope.shortNames(b.allowBeyond));
    b.error(
      node,
      "CS0246",
      `The type or namespace name '${first.name}' could not be found (are you missing a using directive or an assembly reference?)`,
      hint === null ? undefined : `Did you mean '${hint}'?`,
    );
    return;
  }
  const last = parts[parts.length - 1]!;
  const outer = parts
    .slice(0, -1)
    .map((part) => part.name)
    .join(".");
  if (b.scope.isNamespace(outer))
    b.error(
      node,
      "CS0234",
      `The type or namespace name '${last.name}' does not exist in the namespace '${outer}' (are you missing an assembly reference?)`,
    );
  else
    b.error(
      node,
      "CS0246",
      `The type or namespace name '${name}' could not be found (are you missing a using directive or an assembly reference?)`,
    );
}

function reportArity(b: Binder, name: string, arity: number, arities: readonly number[], node: Node): void {
  if (arity === 0) {
    const count = arities.find((one) => one > 0)!;
    b.error(
      node,
      "CS0305",
      `Using the generic type '${name}<${Array(count).fill("T").join(", ")}>' requires ${count} type arguments`,
    );
  } else if (arities.every((one) => one === 0))
    b.error(node, "CS0308", `The non-generic type '${name}' cannot be used with type arguments`);
  else b.error(node, "CS0305", `Using the generic type '${name}' requires ${arities.find((one) => one > 0)} type arguments`);
}
