import type { Implementation } from "./declare.js";
import type { ConstantSymbol, MemberSymbol, MethodSymbol, NetType, ParameterSymbol, PropertySymbol } from "./net-type.js";
import { isOpen, type Substitution, substituteType } from "./type-base.js";

/** Parts of a method, all resolved. */
export interface MethodParts {
  readonly kind: MethodSymbol["kind"];
  readonly name: string;
  readonly declaringType: NetType;
  readonly isStatic: boolean;
  readonly isExtension: boolean;
  readonly implementation: Implementation;
  readonly parameters: readonly ParameterSymbol[];
  readonly returnType: NetType;
  readonly typeParameters: readonly NetType[];
}

/** A method, constructor, operator or conversion. */
export class Method implements MethodSymbol {
  readonly kind: MethodSymbol["kind"];
  readonly name: string;
  readonly declaringType: NetType;
  readonly isStatic: boolean;
  readonly isExtension: boolean;
  readonly implementation: Implementation;
  readonly parameters: readonly ParameterSymbol[];
  readonly returnType: NetType;
  readonly typeParameters: readonly NetType[];
  readonly definition: Method;
  readonly id: string;
  /** What a constructed generic method was constructed with. */
  readonly typeArguments: readonly NetType[];

  constructor(parts: MethodParts, definition?: Method, typeArguments: readonly NetType[] = []) {
    this.kind = parts.kind;
    this.name = parts.name;
    this.declaringType = parts.declaringType;
    this.isStatic = parts.isStatic;
    this.isExtension = parts.isExtension;
    this.implementation = parts.implementation;
    this.parameters = parts.parameters;
    this.returnType = parts.returnType;
    this.typeParameters = parts.typeParameters;
    this.definition = definition ?? this;
    this.typeArguments = typeArguments;
    this.id = `${parts.declaringType.definitionName}.${parts.name}`;
  }

  construct(typeArguments: readonly NetType[]): Method {
    return this.substitute({ parameters: this.typeParameters, arguments: typeArguments }, this.declaringType, typeArguments);
  }

  /** The method with type arguments put in; its own type parameters stay unless they are among those replaced. */
  substitute(substitution: Substitution, declaringType: NetType, typeArguments?: readonly NetType[]): Method {
    const typeParameters = this.typeParameters.filter((parameter) => !substitution.parameters.includes(parameter));
    return new Method(
      {
        kind: this.kind,
        name: this.name,
        declaringType,
        isStatic: this.isStatic,
        isExtension: this.isExtension,
        implementation: this.implementation,
        parameters: substituteParameters(this.parameters, substitution),
        returnType: substituteType(this.returnType, substitution),
        typeParameters,
      },
      this.definition,
      typeArguments,
    );
  }
}

function substituteParameters(parameters: readonly ParameterSymbol[], substitution: Substitution): readonly ParameterSymbol[] {
  if (!parameters.some((parameter) => isOpen(parameter.type))) return parameters;
  return parameters.map((parameter) => {
    if (!isOpen(parameter.type)) return parameter;
    const { name, mode, defaultValue } = parameter;
    const type = substituteType(parameter.type, substitution);
    return defaultValue === undefined ? { name, mode, type } : { name, mode, type, defaultValue };
  });
}

/** A member of a generic type, seen through a construction of that type. */
export function substituteMember(member: MemberSymbol, substitution: Substitution, declaringType: NetType): MemberSymbol {
  if (member instanceof Method) return member.substitute(substitution, declaringType);
  if (member.kind === "constant") return { ...member, declaringType, type: substituteType(member.type, substitution) };
  const property = member as PropertySymbol;
  return {
    ...property,
    declaringType,
    type: substituteType(property.type, substitution),
    parameters: substituteParameters(property.parameters, substitution),
  } satisfies PropertySymbol;
}

/** Makes a property symbol. */
export function makeProperty(parts: Omit<PropertySymbol, "kind" | "id">): PropertySymbol {
  return { kind: "property", id: `${parts.declaringType.definitionName}.${parts.name}`, ...parts };
}

/** Makes the symbol of a `const` or enum member. */
export function makeConstant(parts: Omit<ConstantSymbol, "kind" | "id">): ConstantSymbol {
  return { kind: "constant", id: `${parts.declaringType.definitionName}.${parts.name}`, ...parts };
}
