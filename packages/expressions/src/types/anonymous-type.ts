import type { MemberSymbol, NetType, PropertySymbol, TypeScopeView } from "./net-type.js";
import { makeProperty } from "./symbols.js";
import { isOpen, type Substitution, sizeOfType, substituteType, TypeBase } from "./type-base.js";
import type { AnonymousObject } from "./values.js";

/** The type of `new { A = 1, B = "x" }`: one for each list of names and types. */
export class AnonymousType extends TypeBase {
  readonly kind = "anonymous";
  readonly isOpen: boolean;
  readonly properties: readonly PropertySymbol[];

  constructor(
    readonly names: readonly string[],
    readonly types: readonly NetType[],
    readonly scope: TypeScopeView & { anonymousType(names: readonly string[], types: readonly NetType[]): NetType },
  ) {
    super();
    this.isOpen = types.some(isOpen);
    this.size = sizeOfType(types);
    this.properties = names.map((name, index) =>
      makeProperty({
        name,
        declaringType: this,
        isStatic: false,
        type: types[index]!,
        parameters: [],
        canRead: true,
        canWrite: false,
        implementation: (self: AnonymousObject) => self.values[index],
      }),
    );
  }

  get name(): string {
    return `<anonymous type: ${this.names.map((name, i) => `${this.types[i]!.name} ${name}`).join(", ")}>`;
  }

  get fullName(): string {
    const args = this.types.map((type) => type.fullName).join(",");
    return `${this.definitionName}\`${this.types.length}[${args}]`;
  }

  get definitionName(): string {
    return "<>f__AnonymousType";
  }

  override get baseType(): NetType | null {
    return this.scope.find("System.Object", 0);
  }

  override members(name: string): readonly MemberSymbol[] {
    return this.properties.filter((property) => property.name === name);
  }

  override memberNames(): readonly string[] {
    return this.names;
  }

  override substitute(substitution: Substitution): NetType {
    return this.scope.anonymousType(
      this.names,
      this.types.map((type) => substituteType(type, substitution)),
    );
  }
}
