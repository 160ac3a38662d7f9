import type { DeclaredType } from "./header.js";
import { TYPE_KEYWORDS } from "./names.js";
import type { MemberSymbol, MethodSymbol, NetType, TypeKind, TypeScopeView } from "./net-type.js";
import type { HeaderSignature } from "./signature.js";
import { type Method, substituteMember } from "./symbols.js";
import { isOpen, isVariant, type Substitution, sizeOfType, substituteType, TypeBase } from "./type-base.js";

/** What a type asks its definition for: what it is without type arguments. */
export interface TypeDefinition {
  readonly name: string;
  readonly declaration: DeclaredType;
  readonly header: HeaderSignature;
  readonly parameters: readonly NetType[];
  /** True for `System.Nullable<T>`. */
  readonly isNullable: boolean;
  readonly baseType: NetType | null;
  readonly interfaces: readonly NetType[];
  readonly invoke: Method;
  members(name: string): readonly MemberSymbol[];
  memberNames(): readonly string[];
  construct(args: readonly NetType[]): NetType;
}

/** A declared type: a class, struct, interface, enum or delegate, with its type arguments if it is generic. */
export class NamedType extends TypeBase {
  readonly isOpen: boolean;
  override readonly declaration: DeclaredType;
  private readonly args: readonly NetType[];
  private readonly memberCache = new Map<string, readonly MemberSymbol[]>();
  private knownInterfaces: readonly NetType[] | null = null;
  private knownBase: NetType | null | undefined = undefined;
  private knownInvoke: MethodSymbol | null = null;
  private knownName: string | null = null;

  /** @param args null for the definition itself, whose own parameters are its arguments */
  constructor(
    readonly definition: TypeDefinition,
    args: readonly NetType[] | null,
    readonly scope: TypeScopeView,
  ) {
    super();
    this.declaration = definition.declaration;
    this.args = args ?? definition.parameters;
    this.isOpen = this.args.some(isOpen);
    if (args !== null) this.size = sizeOfType(args);
  }

  get kind(): TypeKind {
    return this.definition.header.kind;
  }

  override get isStatic(): boolean {
    return this.definition.header.isStatic;
  }

  override get isAbstract(): boolean {
    return this.definition.header.isAbstract;
  }

  override get isFlags(): boolean {
    return this.definition.header.isFlags;
  }

  override readonly isValueType: boolean = false;

  get definitionName(): string {
    return this.definition.name;
  }

  override get arguments(): readonly NetType[] {
    return this.args;
  }

  get name(): string {
    this.knownName ??= this.makeName();
    return this.knownName;
  }

  private makeName(): string {
    const { underlying } = this;
    if (underlying !== null) return `${underlying.name}?`;
    const { name } = this.definition;
    const keyword = TYPE_KEYWORDS.get(name);
    if (keyword !== undefined) return keyword;
    const short = name.slice(Math.max(name.lastIndexOf("."), name.lastIndexOf("+")) + 1);
    return this.args.length === 0 ? short : `${short}<${this.args.map((argument) => argument.name).join(", ")}>`;
  }

  get fullName(): string {
    const { name } = this.definition;
    if (this.args.length === 0) return name;
    return `${name}\`${this.args.length}[${this.args.map((argument) => argument.fullName).join(",")}]`;
  }

  get variances(): readonly string[] {
    return this.definition.header.typeParameters.map((parameter) => parameter.variance);
  }

  override get underlying(): NetType | null {
    return this.definition.isNullable && this.args.length === 1 ? this.args[0]! : null;
  }

  private get substitution(): Substitution | null {
    const { parameters } = this.definition;
    return this.args === parameters || parameters.length === 0 ? null : { parameters, arguments: this.args };
  }

  override get baseType(): NetType | null {
    if (this.knownBase === undefined) {
      const base = this.definition.baseType;
      const { substitution } = this;
      this.knownBase = base === null || substitution === null ? base : substituteType(base, substitution);
    }
    return this.knownBase;
  }

  override get interfaces(): readonly NetType[] {
    if (this.knownInterfaces !== null) return this.knownInterfaces;
    const { substitution } = this;
    const all = new Set<NetType>();
    for (const declared of this.definition.interfaces) {
      const implemented = substitution === null ? declared : substituteType(declared, substitution);
      all.add(implemented);
      for (const inherited of implemented.interfaces) all.add(inherited);
    }
    for (const inherited of this.baseType?.interfaces ?? []) all.add(inherited);
    this.knownInterfaces = [...all];
    return this.knownInterfaces;
  }

  override get invoke(): MethodSymbol | null {
    if (this.kind !== "delegate") return null;
    if (this.knownInvoke === null) {
      const invoke = this.definition.invoke;
      const { substitution } = this;
      this.knownInvoke = substitution === null ? invoke : invoke.substitute(substitution, this);
    }
    return this.knownInvoke;
  }

  override members(name: string): readonly MemberSymbol[] {
    const { substitution } = this;
    if (substitution === null) return this.definition.members(name);
    let members = this.memberCache.get(name);
    if (members === undefined) {
      members = this.definition.members(name).map((member) => substituteMember(member, substitution, this));
      this.memberCache.set(name, members);
    }
    return members;
  }

  override memberNames(): readonly string[] {
    return this.definition.memberNames();
  }

  override substitute(substitution: Substitution): NetType {
    return this.definition.construct(this.args.map((argument) => substituteType(argument, substitution)));
  }

  override isAssignableTo(other: NetType): boolean {
    return super.isAssignableTo(other) || isVariant(this, other);
  }
}

/** A value type, `isValueType` as a plain property. */
export class ValueType extends NamedType {
  override readonly isValueType = true;
}
