interface Declared {
  readonly prefix: string;
  readonly namespace: string;
}

/** The namespace declarations in force while a tree is written: those of attributes, innermost last. */
export class PrefixResolver {
  private readonly declared: Declared[] = [];

  get height(): number {
    return this.declared.length;
  }

  add(prefix: string, namespace: string): void {
    this.declared.push({ prefix, namespace });
  }

  popTo(height: number): void {
    this.declared.length = height;
  }

  /** The prefix declared last for a namespace and not hidden since; null if there is none. Attributes cannot use the empty prefix. */
  find(namespace: string, allowEmpty: boolean): string | null {
    for (let i = this.declared.length - 1; i >= 0; i--) {
      const declaration = this.declared[i]!;
      if (declaration.namespace !== namespace) continue;
      const isHidden = this.declared.slice(i + 1).some((later) => later.prefix === declaration.prefix);
      if (!isHidden && (allowEmpty || declaration.prefix !== "")) return declaration.prefix;
    }
    return null;
  }
}
