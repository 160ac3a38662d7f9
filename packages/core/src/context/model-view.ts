import type { TypeDeclaration } from "@turnpike/expressions";
import { NetObject } from "@turnpike/expressions/values";
import type { ContextSource } from "./source.js";

/** An object of the configuration as expressions see it: a type's members read `model`. */
export class ModelView<T> extends NetObject {
  constructor(
    private readonly type: TypeDeclaration,
    readonly model: T,
    readonly source: ContextSource | null = null,
  ) {
    super();
  }

  override get declaration() {
    return this.type;
  }

  override equals(other: unknown): boolean {
    return other instanceof ModelView && other.type === this.type && other.model === this.model;
  }
}
