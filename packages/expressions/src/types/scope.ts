import { AnonymousType } from "./anonymous-type.js";
import { ArrayType } from "./array-type.js";
import type { TypeDeclaration } from "./declare.js";
import { Definition, type DefinitionScope } from "./definition.js";
import { FunctionType } from "./function-type.js";
import { NamedType } from "./named-type.js";
import { IMPORTED_NAMESPACES, KEYWORD_TYPES, PREFERRED_TYPES } from "./names.js";
import type { MemberSymbol, MethodSymbol, NetType, ParameterSymbol, TypeScopeView } from "./net-type.js";
import { headerName, parseTypeReference, SignatureError, type TypeReference } from "./signature.js";
import { voidType } from "./special-types.js";
import { Method } from "./symbols.js";
import { type TypeBase, youngest } from "./type-base.js";

/** What a short name means: one type, or several that C# would call ambiguous. */
export type ShortName = { readonly type: NetType } | { readonly ambiguous: readonly NetType[] };

interface Listed {
  readonly declaration: TypeDeclaration;
  readonly name: string;
  readonly arity: number;
  definition: Definition | null;
}

const EXTENSION = /(\w+)\s*(?:<[^(<>]*>)?\s*\(\s*this\s/;

/**
 * The types that expressions see: those declared here, and those of the parent. Makes arrays, constructed generics, nullables
 * and anonymous types of them, each once. Declarations are read on first use.
 */
export class TypeScope implements TypeScopeView, DefinitionScope {
  private readonly byName = new Map<string, Listed[]>();
  private readonly byShortName = new Map<string, Listed[]>();
  private readonly namespaces = new Set<string>();
  private readonly suggestions = new Map<boolean, readonly string[]>();
  private readonly byText = new Map<string, NetType>();
  private extensions: Map<string, { listed: Listed; name: string }[]> | null = null;
  private readonly extensionCache = new Map<string, readonly MethodSymbol[]>();

  constructor(
    readonly declarations: readonly TypeDeclaration[],
    readonly parent: TypeScope | null,
  ) {
    for (const declaration of declarations) this.list(declaration);
  }

  private list(declaration: TypeDeclaration): void {
    const { name, arity } = headerName(declaration.header);
    const listed: Listed = { declaration, name, arity, definition: null };
    const known = this.byName.get(name);
    if (known === undefined) this.byName.set(name, [listed]);
    else known.push(listed);
    const dot = name.lastIndexOf(".");
    const namespace = name.slice(0, Math.max(dot, 0));
    for (let at = namespace.length; at > 0; at = namespace.lastIndexOf(".", at - 1)) this.namespaces.add(namespace.slice(0, at));
    if (!IMPORTED_NAMESPACES.has(namespace)) return;
    const short = name.slice(dot + 1);
    const same = this.byShortName.get(short);
    if (same === undefined) this.byShortName.set(short, [listed]);
    else same.push(listed);
  }

  private typeOf(listed: Listed): NetType {
    listed.definition ??= new Definition(listed.declaration, this);
    return listed.definition.type;
  }

  /** A type by its full name without arguments; without an arity the one that takes fewest. Nested types with `.` or `+`. */
  find(fullName: string, arity?: number): NetType | null {
    const listed = this.byName.get(fullName);
    if (listed !== undefined) {
      const found =
        arity === undefined
          ? listed.reduce((best, definition) => (definition.arity < best.arity ? definition : best))
          : listed.find((definition) => definition.arity === arity);
      if (found !== undefined) return this.typeOf(found);
    }
    return this.parent?.find(fullName, arity) ?? null;
  }

  /** A type nested in another. */
  findNested(outer: NetType, name: string, arity: number): NetType | null {
    return this.find(`${outer.definitionName}+${name}`, arity) ?? this.find(`${outer.definitionName}.${name}`, arity);
  }

  /** A type of an imported namespace by its short name. Types of this scope hide the parent's. */
  findShort(name: string, arity: number): ShortName | null {
    const found = this.byShortName.get(name)?.filter((definition) => definition.arity === arity) ?? [];
    if (found.length === 1) return { type: this.typeOf(found[0]!) };
    if (found.length === 0) return this.parent?.findShort(name, arity) ?? null;
    const preferred = found.find((definition) => definition.name === PREFERRED_TYPES.get(name));
    if (preferred !== undefined) return { type: this.typeOf(preferred) };
    return { ambiguous: found.map((definition) => this.typeOf(definition)) };
  }

  /** The numbers of type parameters with which a short name is declared. */
  aritiesOf(name: string): number[] {
    return [...(this.byShortName.get(name) ?? []).map((definition) => definition.arity), ...(this.parent?.aritiesOf(name) ?? [])];
  }

  /** Short names of the types that may be named, for suggestions; those beyond the documented list only if asked for. */
  shortNames(withBeyond: boolean): readonly string[] {
    let names = this.suggestions.get(withBeyond);
    if (names === undefined) {
      const own = [...this.byShortName].filter(([, listed]) =>
        listed.some(({ declaration: { options } }) => !(options.unnamed ?? false) && (withBeyond || !(options.beyond ?? false))),
      );
      names = [...own.map(([name]) => name), ...(this.parent?.shortNames(withBeyond) ?? [])];
      this.suggestions.set(withBeyond, names);
    }
    return names;
  }

  isNamespace(name: string): boolean {
    return this.namespaces.has(name) || (this.parent?.isNamespace(name) ?? false);
  }

  /** The type that a C# keyword such as `int` stands for. */
  keyword(name: string): NetType | null {
    const fullName = KEYWORD_TYPES.get(name);
    if (fullName === undefined) return null;
    return name === "void" ? voidType : this.find(fullName, 0);
  }

  construct(definition: NetType, args: readonly NetType[]): NetType {
    return definition instanceof NamedType ? definition.definition.construct(args) : definition;
  }

  arrayOf(element: NetType, rank = 1): NetType {
    return (element as TypeBase).intern(`[${rank}]`, () => new ArrayType(element, rank, this.scopeOf(element)));
  }

  nullableOf(value: NetType): NetType {
    const definition = this.find("System.Nullable", 1);
    return definition === null ? value : this.construct(definition, [value]);
  }

  /** The type of `new { names… }` with values of these types. */
  anonymousType(names: readonly string[], types: readonly NetType[]): NetType {
    const object = this.find("System.Object", 0) as TypeBase;
    const owner = youngest([object, ...types]);
    const key = `{${names.map((name, i) => `${name}:${(types[i] as TypeBase).id}`).join(",")}}`;
    return owner.intern(key, () => new AnonymousType(names, types, this));
  }

  /** The type of a local function: a delegate without a name. */
  functionType(name: string, parameters: readonly ParameterSymbol[], returnType: NetType): NetType {
    return new FunctionType(name, this, (type) => {
      const implementation = () => null;
      return new Method({
        kind: "method",
        name: "Invoke",
        declaringType: type,
        isStatic: false,
        isExtension: false,
        implementation,
        parameters,
        returnType,
        typeParameters: [],
      });
    });
  }

  private scopeOf(type: NetType): TypeScope {
    return type.scope instanceof TypeScope ? type.scope : this;
  }

  /** All extension methods of a name. */
  extensionMethods(name: string): readonly MethodSymbol[] {
    let methods = this.extensionCache.get(name);
    if (methods === undefined) {
      const own: MethodSymbol[] = [];
      for (const { listed } of this.extensionIndex().get(name) ?? [])
        own.push(...extensionsOf(this.typeOf(listed).members(name)));
      const inherited = this.parent?.extensionMethods(name) ?? [];
      methods = own.length === 0 ? inherited : [...own, ...inherited];
      this.extensionCache.set(name, methods);
    }
    return methods;
  }

  /** Names of all extension methods, for suggestions. */
  extensionNames(): string[] {
    return [...this.extensionIndex().keys(), ...(this.parent?.extensionNames() ?? [])];
  }

  private extensionIndex() {
    if (this.extensions !== null) return this.extensions;
    const index = new Map<string, { listed: Listed; name: string }[]>();
    for (const list of this.byName.values())
      for (const listed of list) {
        if (!listed.declaration.header.startsWith("static ")) continue;
        const names = new Set(Object.keys(listed.declaration.members).map((source) => EXTENSION.exec(source)?.[1]));
        for (const name of names) {
          if (name === undefined) continue;
          const known = index.get(name);
          if (known === undefined) index.set(name, [{ listed, name }]);
          else known.push({ listed, name });
        }
      }
    this.extensions = index;
    return index;
  }

  /** The type that a text means, such as `IReadOnlyDictionary<string, object>`. Throws {@link SignatureError}. */
  parseType(text: string): NetType {
    let type = this.byText.get(text);
    if (type === undefined) {
      type = this.resolve(parseTypeReference(text), [], "", text);
      this.byText.set(text, type);
    }
    return type;
  }

  resolve(reference: TypeReference, parameters: readonly NetType[], namespace: string, source: string): NetType {
    switch (reference.kind) {
      case "array":
        return this.arrayOf(this.resolve(reference.element, parameters, namespace, source), reference.rank);
      case "nullable": {
        const element = this.resolve(reference.element, parameters, namespace, source);
        return element.isValueType || element.kind === "parameter" ? this.nullableOf(element) : element;
      }
      case "name":
    }
    const { name } = reference;
    const parameter = parameters.find((parameter) => parameter.name === name);
    if (parameter !== undefined) return parameter;
    const args = reference.arguments.map((argument) => this.resolve(argument, parameters, namespace, source));
    const definition = this.definitionOf(name, args.length, namespace);
    if (definition === null)
      throw new SignatureError(source, `Unknown type '${name}'${args.length > 0 ? ` of ${args.length}` : ""}`);
    return args.length === 0 ? definition : this.construct(definition, args);
  }

  private definitionOf(name: string, arity: number, namespace: string): NetType | null {
    if (arity === 0) {
      const keyword = this.keyword(name);
      if (keyword !== null) return keyword;
    }
    const exact = this.find(name, arity);
    if (exact !== null) return exact;
    if (namespace !== "") {
      const near = this.find(`${namespace}.${name}`, arity) ?? this.find(`${namespace}+${name}`, arity);
      if (near !== null) return near;
    }
    const short = this.findShort(name, arity);
    if (short !== null) return "type" in short ? short.type : null;
    const dot = name.lastIndexOf(".");
    if (dot < 0) return null;
    const outer = this.definitionOf(name.slice(0, dot), 0, namespace);
    return outer === null ? null : this.findNested(outer, name.slice(dot + 1), arity);
  }
}

function extensionsOf(members: readonly MemberSymbol[]): MethodSymbol[] {
  return members.filter((member): member is MethodSymbol => member.kind === "method" && member.isExtension);
}

const children = new WeakMap<TypeScope, WeakMap<readonly TypeDeclaration[], TypeScope>>();

/**
 * The scope of some declarations over a parent's. The same array gives the same scope: types are compared by identity, so
 * that values may pass from one expression to another.
 */
export function createTypeScope(declarations: readonly TypeDeclaration[], parent: TypeScope | null = null): TypeScope {
  if (parent === null) return new TypeScope(declarations, null);
  let known = children.get(parent);
  if (known === undefined) {
    known = new WeakMap();
    children.set(parent, known);
  }
  let scope = known.get(declarations);
  if (scope === undefined) {
    scope = new TypeScope(declarations, parent);
    known.set(declarations, scope);
  }
  return scope;
}
