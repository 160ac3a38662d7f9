import type { NetType, TypeKind, TypeScopeView } from "./net-type.js";
import { type Substitution, TypeBase } from "./type-base.js";

const noScope: TypeScopeView = {
  find: () => null,
  construct: (definition) => definition,
  arrayOf: (element) => element,
  nullableOf: (value) => value,
};

class SpecialType extends TypeBase {
  readonly isOpen = false;

  constructor(
    readonly kind: TypeKind,
    readonly name: string,
    readonly fullName: string,
    readonly scope: TypeScopeView = noScope,
  ) {
    super();
  }

  get definitionName(): string {
    return this.fullName;
  }

  override isAssignableTo(other: NetType): boolean {
    return this === other;
  }
}

/** `void`. */
export const voidType: NetType = new SpecialType("void", "void", "System.Void");

/** The type of the literal `null`. */
export const nullType: NetType = new SpecialType("null", "<null>", "<null>");

/** The type of what could not be bound: an error has been reported, and everything is allowed with it. */
export const errorType: NetType = new SpecialType("class", "?", "?");

/**
 * The element type that sequences of objects claim which belong to no scope, such as JSON tokens: their items are in object
 * form, so that nothing depends on it.
 */
export const objectForm: NetType = new SpecialType("class", "object", "System.Object");

/** A type parameter of a type or method. */
export class ParameterType extends TypeBase {
  readonly kind = "parameter";
  readonly isOpen = true;
  private readonly object: NetType | null;

  constructor(
    readonly name: string,
    readonly scope: TypeScopeView,
  ) {
    super();
    this.object = scope.find("System.Object");
  }

  get fullName(): string {
    return this.name;
  }

  get definitionName(): string {
    return this.name;
  }

  override get baseType(): NetType | null {
    return this.object;
  }

  override substitute({ parameters, arguments: args }: Substitution): NetType {
    const index = parameters.indexOf(this);
    return index < 0 ? this : args[index]!;
  }
}
