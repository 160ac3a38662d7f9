import type { Identity } from "@turnpike/expressions";

/**
 * The variables of one request: .NET values in object form, by name. Texts and boxed values carry which object they are, by which C#
 * compares values of type `object`: a variable is the same object each time it is read, and so is another that was set to it.
 */
export class Variables extends Map<string, unknown> {
  /** Made when asked for: most variables are never compared. */
  private identities: Map<string, object> | null = null;

  /** @param identity which object the value is, where it was there before; undefined for one of its own */
  override set(name: string, value: unknown, identity?: Identity): this {
    if (identity !== undefined) (this.identities ??= new Map()).set(name, identity);
    else this.identities?.delete(name);
    return super.set(name, value);
  }

  override delete(name: string): boolean {
    this.identities?.delete(name);
    return super.delete(name);
  }

  override clear(): void {
    this.identities = null;
    super.clear();
  }

  /** Which object the value of a variable is; undefined if there is no such variable. */
  identityOf(name: string): Identity {
    if (!this.has(name)) return undefined;
    this.identities ??= new Map();
    let identity = this.identities.get(name);
    if (identity === undefined) {
      identity = {};
      this.identities.set(name, identity);
    }
    return identity;
  }
}
