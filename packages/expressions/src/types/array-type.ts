import type { NetType, TypeScopeView } from "./net-type.js";
import { isOpen, type Substitution, sizeOfType, substituteType, TypeBase } from "./type-base.js";

/** Generic interfaces that an array of one dimension implements. */
const ARRAY_INTERFACES = ["IList", "ICollection", "IEnumerable", "IReadOnlyList", "IReadOnlyCollection"];

/** `T[]`, `T[,]`. */
export class ArrayType extends TypeBase {
  readonly kind = "array";
  readonly isOpen: boolean;
  readonly definitionName = "System.Array";
  override readonly elementType: NetType;
  override readonly rank: number;
  private knownInterfaces: readonly NetType[] | null = null;

  constructor(
    element: NetType,
    rank: number,
    readonly scope: TypeScopeView,
  ) {
    super();
    this.elementType = element;
    this.rank = rank;
    this.isOpen = isOpen(element);
    this.size = sizeOfType([element]);
  }

  /** The brackets of the outer array come first: an array of `int[,]` is `int[][,]`. */
  get name(): string {
    return this.named((type) => type.name);
  }

  /** .NET writes them the other way round: each type's own brackets behind its element's name. */
  get fullName(): string {
    return `${this.elementType.fullName}[${",".repeat(this.rank - 1)}]`;
  }

  private named(nameOf: (type: NetType) => string): string {
    let brackets = "";
    let type: NetType = this;
    while (type.kind === "array") {
      brackets += `[${",".repeat(type.rank - 1)}]`;
      type = type.elementType!;
    }
    return nameOf(type) + brackets;
  }

  override get baseType(): NetType | null {
    return this.scope.find("System.Array", 0) ?? this.scope.find("System.Object", 0);
  }

  override get interfaces(): readonly NetType[] {
    if (this.knownInterfaces !== null) return this.knownInterfaces;
    const all = [...(this.baseType?.interfaces ?? [])];
    for (const name of this.rank === 1 ? ARRAY_INTERFACES : []) {
      const definition = this.scope.find(`System.Collections.Generic.${name}`, 1);
      if (definition !== null) all.unshift(this.scope.construct(definition, [this.elementType]));
    }
    this.knownInterfaces = all;
    return all;
  }

  override substitute(substitution: Substitution): NetType {
    return this.scope.arrayOf(substituteType(this.elementType, substitution), this.rank);
  }

  /** Arrays of reference types are covariant, and so are the interfaces they implement. */
  override isAssignableTo(other: NetType): boolean {
    if (super.isAssignableTo(other)) return true;
    if (this.elementType.isValueType) return false;
    if (other.kind === "array")
      return other.rank === this.rank && !other.elementType!.isValueType && this.elementType.isAssignableTo(other.elementType!);
    const [argument] = other.arguments;
    return (
      other.kind === "interface" &&
      argument !== undefined &&
      !argument.isValueType &&
      this.elementType.isAssignableTo(argument) &&
      this.interfaces.some((supertype) => supertype.declaration === other.declaration)
    );
  }
}
