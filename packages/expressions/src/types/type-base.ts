import { LimitError } from "../runtime/exceptions.js";
import type { DeclaredType } from "./header.js";
import type { MemberSymbol, MethodSymbol, NetType, TypeKind, TypeScopeView } from "./net-type.js";

/** Which types stand for which type parameters: two lists of the same length. */
export interface Substitution {
  readonly parameters: readonly NetType[];
  readonly arguments: readonly NetType[];
}

let lastId = 0;

const MOST_PARTS = 500;

/** How many types a type is made of, itself included. Throws LimitError where a few lines have made a type beyond all use. */
export function sizeOfType(parts: readonly NetType[]): number {
  let size = 1;
  for (const part of parts) size += (part as TypeBase).size;
  if (size > MOST_PARTS) throw new LimitError("depth", "A type made of other types is too large.");
  return size;
}

/** What all types share. Types made of others (arrays, constructed generics) are kept by their youngest part, so that they live as long. */
export abstract class TypeBase implements NetType {
  readonly id = ++lastId;
  /** How many types it is made of. */
  size = 1;
  private readonly made = new Map<string, TypeBase>();

  abstract readonly kind: TypeKind;
  abstract readonly name: string;
  abstract readonly fullName: string;
  abstract readonly definitionName: string;
  abstract readonly scope: TypeScopeView;
  /** True if a type parameter occurs in it. */
  abstract readonly isOpen: boolean;
  readonly isValueType: boolean = false;
  readonly declaration: DeclaredType | null = null;
  readonly elementType: NetType | null = null;
  readonly rank: number = 0;

  get isStatic(): boolean {
    return false;
  }

  get isAbstract(): boolean {
    return false;
  }

  get isFlags(): boolean {
    return false;
  }

  get arguments(): readonly NetType[] {
    return [];
  }

  get baseType(): NetType | null {
    return null;
  }

  get interfaces(): readonly NetType[] {
    return [];
  }

  get underlying(): NetType | null {
    return null;
  }

  get invoke(): MethodSymbol | null {
    return null;
  }

  members(_name: string): readonly MemberSymbol[] {
    return [];
  }

  memberNames(): readonly string[] {
    return [];
  }

  /** The same type with arguments put in for parameters. */
  substitute(_substitution: Substitution): NetType {
    return this;
  }

  isAssignableTo(other: NetType): boolean {
    if (this === other) return true;
    for (let base = this.baseType; base !== null; base = base.baseType) if (base === other) return true;
    if (other.kind === "interface")
      return this.interfaces.some((supertype) => supertype === other || isVariant(supertype, other));
    return other.definitionName === "System.Object" && this.kind !== "void";
  }

  toString(): string {
    return this.name;
  }

  /** Makes a type of this and possibly older ones, or gives the one made before. */
  intern<T extends TypeBase>(key: string, make: () => T): T {
    const known = this.made.get(key);
    if (known !== undefined) return known as T;
    const type = make();
    this.made.set(key, type);
    return type;
  }
}

/** True if two constructions of one generic interface or delegate differ only as its variance allows. */
export function isVariant(from: NetType, to: NetType): boolean {
  if (from.declaration === null || from.declaration !== to.declaration) return false;
  const variances = (from as NetType & { variances?: readonly string[] }).variances;
  if (variances === undefined) return false;
  return from.arguments.every((argument, i) => {
    const other = to.arguments[i]!;
    if (argument === other) return true;
    if (argument.isValueType || other.isValueType) return false;
    if (variances[i] === "out") return argument.isAssignableTo(other);
    return variances[i] === "in" && other.isAssignableTo(argument);
  });
}

/** Puts arguments in for parameters; types of other makers pass unchanged. */
export function substituteType(type: NetType, substitution: Substitution): NetType {
  return type instanceof TypeBase && type.isOpen ? type.substitute(substitution) : type;
}

/** True if a type parameter occurs in the type. */
export function isOpen(type: NetType): boolean {
  return type instanceof TypeBase && type.isOpen;
}

/** The youngest of some types: what is made of them is kept there. */
export function youngest(types: readonly NetType[]): TypeBase {
  let result = types[0] as TypeBase;
  for (const type of types) if ((type as TypeBase).id > result.id) result = type as TypeBase;
  return result;
}
