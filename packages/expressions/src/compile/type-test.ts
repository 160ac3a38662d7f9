import { typeOf } from "../dotnet/object.js";
import type { TypeHeader } from "../types/header.js";
import type { NetType, TypeScopeView } from "../types/net-type.js";
import { Boxed, NetObject } from "../types/values.js";

/** Tells whether a value in object form, not null, is of a type. */
export type TypeTest = (value: unknown) => boolean;

/** The test for a type, decided as far as the type alone decides it. */
export function typeTest(type: NetType, scope: TypeScopeView): TypeTest {
  const wanted = type.underlying ?? type;
  switch (wanted.definitionName) {
    case "System.Object":
      return () => true;
    case "System.String":
      return (value) => typeof value === "string";
    case "System.Int32":
      return (value) => typeof value === "number";
    case "System.Boolean":
      return (value) => typeof value === "boolean";
    default:
  }
  const byType = (value: unknown) => typeOf(value, scope)?.isAssignableTo(wanted) ?? false;
  if (wanted.isValueType)
    return (value) =>
      value instanceof Boxed ? isSameValueType(value.type, wanted) : value instanceof NetObject && byType(value);
  let lastDeclaration: TypeHeader | null = null;
  let lastAnswer = false;
  return (value) => {
    if (!(value instanceof NetObject) || value.typeArguments.length > 0) return byType(value);
    if (value.declaration === lastDeclaration) return lastAnswer;
    const answer = byType(value);
    lastDeclaration = value.declaration;
    lastAnswer = answer;
    return answer;
  };
}

/** Value types have no subtypes; hosts may build boxes in a scope of their own, hence the name. */
export function isSameValueType(a: NetType, b: NetType): boolean {
  return a === b || a.fullName === b.fullName;
}

/** The full .NET name of a value's type, for messages. */
export function typeNameOf(value: unknown, scope: TypeScopeView): string {
  return typeOf(value, scope)?.fullName ?? "System.Object";
}
