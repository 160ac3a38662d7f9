import type { Implementation, TypeDeclaration } from "./declare.js";
import { NamedType, type TypeDefinition, ValueType } from "./named-type.js";
import type { ConstantSymbol, MemberSymbol, NetType, ParameterSymbol, TypeScopeView } from "./net-type.js";
import {
  type DefaultSignature,
  type HeaderSignature,
  type MemberSignature,
  type ParameterSignature,
  parseHeader,
  parseMember,
  SignatureError,
  type TypeReference,
} from "./signature.js";
import { ParameterType } from "./special-types.js";
import { Method, makeConstant, makeProperty } from "./symbols.js";
import { youngest } from "./type-base.js";
import { zeroOf } from "./zero.js";

/** What a definition needs of the scope that lists it. */
export interface DefinitionScope extends TypeScopeView {
  /** The type that a signature means; `parameters` are the type parameters in sight. Throws where it is unknown. */
  resolve(reference: TypeReference, parameters: readonly NetType[], namespace: string, source: string): NetType;
  anonymousType(names: readonly string[], types: readonly NetType[]): NetType;
}

interface Entry {
  readonly source: string;
  readonly signature: MemberSignature;
  readonly implementation: Implementation;
}

/** A declaration as it is read: header at first use, member signatures at the first look for a member, types by the name asked for. */
export class Definition implements TypeDefinition {
  readonly header: HeaderSignature;
  readonly parameters: readonly NetType[];
  /** The type with its own parameters as arguments; for types that are not generic, the type. */
  readonly type: NamedType;
  readonly isNullable: boolean;
  private readonly memberCache = new Map<string, readonly MemberSymbol[]>();
  private entries: Map<string, Entry[]> | null = null;
  private knownBases: readonly NetType[] | null = null;
  private knownInvoke: Method | null = null;

  constructor(
    readonly declaration: TypeDeclaration,
    readonly scope: DefinitionScope,
  ) {
    this.header = parseHeader(declaration.header);
    this.parameters = this.header.typeParameters.map((parameter) => new ParameterType(parameter.name, scope));
    this.isNullable = this.name === "System.Nullable" && this.parameters.length === 1;
    this.type = this.make(null, scope);
  }

  get name(): string {
    return this.header.name;
  }

  private get namespace(): string {
    return this.name.slice(0, Math.max(this.name.lastIndexOf("."), 0));
  }

  private make(args: readonly NetType[] | null, scope: DefinitionScope): NamedType {
    const { kind } = this.header;
    return kind === "struct" || kind === "enum" ? new ValueType(this, args, scope) : new NamedType(this, args, scope);
  }

  construct(args: readonly NetType[]): NamedType {
    if (this.parameters.length === 0 || args.every((argument, i) => argument === this.parameters[i])) return this.type;
    const owner = youngest([this.type, ...args]);
    const key = `${this.type.id}<${args.map((argument) => (argument as NamedType).id).join(",")}>`;
    const scope = "anonymousType" in owner.scope ? (owner.scope as DefinitionScope) : this.scope;
    return owner.intern(key, () => this.make(args, scope));
  }

  private resolve(reference: TypeReference, source: string, more: readonly NetType[] = []): NetType {
    return this.scope.resolve(
      reference,
      more.length === 0 ? this.parameters : [...more, ...this.parameters],
      this.namespace,
      source,
    );
  }

  private get bases(): readonly NetType[] {
    this.knownBases ??= this.header.bases.map((base) => this.resolve(base, this.declaration.header));
    return this.knownBases;
  }

  get interfaces(): readonly NetType[] {
    return this.bases.filter((base) => base.kind === "interface");
  }

  get baseType(): NetType | null {
    const { kind } = this.header;
    if (kind === "interface" || this.name === "System.Object") return null;
    const written = kind === "enum" ? undefined : this.bases.find((base) => base.kind !== "interface");
    if (written !== undefined) return written;
    const { scope } = this;
    const object = scope.find("System.Object", 0);
    if (kind === "struct" && this.name !== "System.Enum") return scope.find("System.ValueType", 0) ?? object;
    if (kind === "enum") return scope.find("System.Enum", 0) ?? object;
    if (kind === "delegate") return scope.find("System.Delegate", 0) ?? object;
    return object;
  }

  get invoke(): Method {
    this.knownInvoke ??= new Method({
      kind: "method",
      name: "Invoke",
      declaringType: this.type,
      isStatic: false,
      isExtension: false,
      implementation: () => null,
      parameters: this.header.parameters.map((parameter) => this.parameter(parameter, this.declaration.header, [])),
      returnType: this.resolve(this.header.returnType!, this.declaration.header),
      typeParameters: [],
    });
    return this.knownInvoke;
  }

  memberNames(): readonly string[] {
    return [...this.read().keys()];
  }

  members(name: string): readonly MemberSymbol[] {
    let members = this.memberCache.get(name);
    if (members === undefined) {
      members = (this.read().get(name) ?? NO_ENTRIES).map((entry) => this.symbol(entry));
      this.memberCache.set(name, members);
    }
    return members;
  }

  private read(): Map<string, Entry[]> {
    if (this.entries !== null) return this.entries;
    const entries = new Map<string, Entry[]>();
    const { members } = this.declaration;
    for (const source of Object.keys(members)) {
      const signature = parseMember(source);
      const key = signature.kind === "operator" ? `operator ${signature.name}` : signature.name;
      const list = entries.get(key);
      const entry = { source, signature, implementation: members[source]! };
      if (list === undefined) entries.set(key, [entry]);
      else list.push(entry);
    }
    this.entries = entries;
    return entries;
  }

  private symbol({ source, signature, implementation }: Entry): MemberSymbol {
    const { kind, name, isStatic } = signature;
    if (kind === "constant") {
      if (!("constant" in implementation)) throw new SignatureError(source, "No constant() is given");
      const type = signature.type === null ? this.type : this.resolve(signature.type, source);
      return makeConstant({
        name,
        declaringType: this.type,
        isStatic: true,
        implementation,
        type,
        value: implementation.constant,
      });
    }
    if (kind === "property")
      return makeProperty({
        name,
        declaringType: this.type,
        isStatic,
        implementation,
        type: this.resolve(signature.type!, source),
        parameters: signature.parameters.map((parameter) => this.parameter(parameter, source, [])),
        canRead: signature.canRead,
        canWrite: signature.canWrite,
      });
    const typeParameters = signature.typeParameters.map((parameter) => new ParameterType(parameter, this.scope));
    return new Method({
      kind,
      name,
      declaringType: this.type,
      isStatic,
      isExtension: signature.parameters[0]?.mode === "this",
      implementation,
      parameters: signature.parameters.map((parameter) => this.parameter(parameter, source, typeParameters)),
      returnType: signature.type === null ? this.type : this.resolve(signature.type, source, typeParameters),
      typeParameters,
    });
  }

  private parameter(signature: ParameterSignature, source: string, more: readonly NetType[]): ParameterSymbol {
    const { name, defaultValue } = signature;
    const mode = signature.mode === "this" ? "in" : signature.mode;
    const type = this.resolve(signature.type, source, more);
    if (defaultValue === null) return { name, mode, type };
    return { name, mode, type, defaultValue: { value: rawDefault(defaultValue, type, source) } };
  }
}

const NO_ENTRIES: readonly Entry[] = [];

/** The raw form of a parameter's default. */
function rawDefault(signature: DefaultSignature, type: NetType, source: string): unknown {
  if (signature.kind === "default") return zeroOf(type);
  const target = type.underlying ?? type;
  if (signature.kind === "name") {
    const name = signature.path[signature.path.length - 1]!;
    const constants = target.members(name).filter((member): member is ConstantSymbol => member.kind === "constant");
    if (constants[0] === undefined) throw new SignatureError(source, `Unknown constant '${signature.path.join(".")}'`);
    return constants[0].value;
  }
  const { value, text } = signature;
  if (typeof value !== "number") return value;
  if (target.definitionName === "System.Int64" || target.definitionName === "System.UInt64") return BigInt(text);
  return target.declaration?.options.whole?.(value) ?? value;
}
