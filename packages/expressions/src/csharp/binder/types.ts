import type { Binder } from "../../binding/binder.js";
import { checkNamed } from "../../binding/restrictions.js";
import { nearestName } from "../../diagnostics/nearest-name.js";
import type { NetType } from "../../types/net-type.js";
import { errorType, voidType } from "../../types/special-types.js";
import type { NamePart, Node, TypeSyntax } from "../syntax.js";
import { errors } from "./errors.js";

/** The type that a piece of syntax names; reports what it cannot find and gives the error type then. */
export function bindType(b: Binder, syntax: TypeSyntax): NetType {
  switch (syntax.kind) {
    case "ArrayType": {
      const element = bindType(b, syntax.element);
      if (element === errorType) return element;
      if (element.kind === "void" || element.isStatic) {
        b.report(syntax, errors.badElementType(element.name));
        return errorType;
      }
      return b.scope.arrayOf(element, syntax.rank);
    }
    case "NullableType": {
      const element = bindType(b, syntax.element);
      if (element === errorType) return element;
      if (element.isValueType && element.underlying === null) return b.scope.nullableOf(element);
      b.report(syntax, errors.nullableReference(element.name));
      return errorType;
    }
    case "TupleType":
      b.report(syntax, errors.tuples());
      return errorType;
    case "NamedType":
      return bindNamedType(b, syntax.parts, syntax);
  }
}

/** True if it is the word `var`, which means no type of that name. */
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
    b.report(syntax, errors.dynamicType());
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
  b.report(node, errors.ambiguousType(name, first!.definitionName, second!.definitionName));
  return first!;
}

function withArguments(b: Binder, definition: NetType, part: NamePart): NetType {
  const { typeArguments } = part;
  if (typeArguments === null || typeArguments.some((argument) => argument === null)) return definition;
  const bound = typeArguments.map((argument) => bindType(b, argument!));
  if (bound.includes(errorType)) return errorType;
  if (bound.some((argument) => argument === voidType || argument.isStatic)) {
    b.report(part, errors.badTypeArgument(bound.find((argument) => argument === voidType || argument.isStatic)!.name));
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
    const nearest = nearestName(first.name, b.scope.shortNames(b.allowBeyond));
    b.report(node, errors.unknownType(first.name, nearest));
    return;
  }
  const last = parts[parts.length - 1]!;
  const outer = parts
    .slice(0, -1)
    .map((part) => part.name)
    .join(".");
  if (b.scope.isNamespace(outer)) b.report(node, errors.notInNamespace(last.name, outer));
  else b.report(node, errors.unknownType(name, null));
}

function reportArity(b: Binder, name: string, arity: number, arities: readonly number[], node: Node): void {
  const count = arities.find((known) => known > 0);
  if (count === undefined) b.report(node, errors.notGenericType(name));
  else {
    const type = arity === 0 ? `${name}<${Array(count).fill("T").join(", ")}>` : name;
    b.report(node, errors.typeArgumentsMissing(type, count));
  }
}
