import type { Run } from "../../runtime/run.js";
import { defineType } from "../../types/declare.js";
import type { NetType } from "../../types/net-type.js";
import { NetObject } from "../../types/values.js";
import { zeroOf } from "../../types/zero.js";
import { box } from "../object.js";

/** `IEnumerator<T>` over any iterable. */
export class Enumerator extends NetObject {
  private readonly iterator: Iterator<unknown>;
  private item: unknown;

  constructor(
    readonly elementType: NetType,
    items: Iterable<unknown>,
    private readonly run: Run,
  ) {
    super();
    this.iterator = items[Symbol.iterator]();
    this.item = zeroOf(elementType);
  }

  override get declaration() {
    return enumeratorType;
  }

  override get typeArguments(): readonly NetType[] {
    return [this.elementType];
  }

  /** In raw form. */
  get current(): unknown {
    return this.item;
  }

  /** In object form. */
  get currentObject(): unknown {
    return box(this.item, this.elementType);
  }

  moveNext(): boolean {
    this.run.step();
    const { done, value } = this.iterator.next();
    this.item = done === true ? zeroOf(this.elementType) : value;
    return done !== true;
  }

  dispose(): void {
    this.iterator.return?.();
  }
}

/** `System.Collections.Generic.Enumerator<T>`, as expressions know it. */
export const enumeratorType = defineType(
  "sealed class System.Collections.Generic.Enumerator<T> : System.Collections.Generic.IEnumerator<T>",
  {},
  { unnamed: true },
);
