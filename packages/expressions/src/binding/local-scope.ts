import type { LocalSymbol } from "../bound/tree.js";
import type { NetType, ParameterSymbol } from "../types/net-type.js";

/** A parameter, or a member of the objects below it, that a name stands for. */
export interface Alias {
  readonly local: LocalSymbol;
  readonly path: readonly string[];
}

/** A generic local function: each list of type arguments makes a local of its own. */
export interface GenericFunction {
  readonly name: string;
  readonly typeParameters: readonly string[];
  /** Its parameters with types in the place of its type parameters. */
  parametersFor(types: readonly NetType[]): readonly ParameterSymbol[];
  /** The function for some type arguments, a local of the block that declares it; null where there are too many of them. */
  instantiate(typeArguments: readonly NetType[]): LocalSymbol | null;
}

/** What a simple name may mean in a body. */
export type LocalEntry =
  | { readonly kind: "local"; readonly local: LocalSymbol; readonly isReadOnly: "foreach" | "using" | "range" | null }
  | { readonly kind: "constant"; readonly type: NetType; readonly value: unknown }
  | { readonly kind: "alias"; readonly alias: Alias }
  | { readonly kind: "generic"; readonly definition: GenericFunction };

/** The names declared in one block, over those of the blocks around it. */
export class LocalScope {
  private readonly entries = new Map<string, LocalEntry>();
  /** Names declared in blocks inside this one, which a later declaration here would give two meanings. */
  private inner: Set<string> | null = null;

  constructor(readonly parent: LocalScope | null) {}

  find(name: string): LocalEntry | null {
    for (let scope: LocalScope | null = this; scope !== null; scope = scope.parent) {
      const entry = scope.entries.get(name);
      if (entry !== undefined) return entry;
    }
    return null;
  }

  /** Why a name cannot be declared here: taken in this very block, or around or inside it; null if it can. */
  conflict(name: string): "same" | "around" | "inside" | null {
    if (this.entries.has(name)) return "same";
    if (this.inner?.has(name)) return "inside";
    return this.parent?.find(name) == null ? null : "around";
  }

  declare(name: string, entry: LocalEntry): void {
    this.entries.set(name, entry);
    for (let scope = this.parent; scope !== null; scope = scope.parent) {
      scope.inner ??= new Set();
      if (scope.inner.has(name)) break;
      scope.inner.add(name);
    }
  }

  /** All names in sight, for suggestions. */
  names(): string[] {
    const own = [...this.entries.keys()];
    return this.parent === null ? own : [...own, ...this.parent.names()];
  }
}

/**
 * The statements of one section of a switch: they see the variables of its patterns, and what they declare belongs to the block
 * of the whole switch, where the sections behind see it.
 */
export class SectionScope extends LocalScope {
  constructor(
    patterns: LocalScope,
    private readonly block: LocalScope,
  ) {
    super(patterns);
  }

  override conflict(name: string): "same" | "around" | "inside" | null {
    return this.block.conflict(name);
  }

  override declare(name: string, entry: LocalEntry): void {
    this.block.declare(name, entry);
  }
}
