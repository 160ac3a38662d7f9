import { defineType, withCall } from "../../types/declare.js";
import type { NetType } from "../../types/net-type.js";
import { NetObject } from "../../types/values.js";
import { zeroOf } from "../../types/zero.js";
import { box, composite, compositeKey, toText } from "../object.js";

/** System.Collections.Generic.KeyValuePair. Immutable; both parts in raw form. */
export class KeyValuePair extends NetObject {
  constructor(
    readonly name: unknown,
    readonly value: unknown,
    readonly types: readonly [key: NetType, value: NetType],
  ) {
    super();
  }

  override get declaration() {
    return keyValuePairType;
  }

  override get typeArguments(): readonly NetType[] {
    return this.types;
  }

  private get boxedName(): unknown {
    return box(this.name, this.types[0]);
  }

  private get boxedValue(): unknown {
    return box(this.value, this.types[1]);
  }

  override toText(): string {
    return composite(`[${toText(this.boxedName)}, ${toText(this.boxedValue)}]`);
  }

  override equals(other: unknown): boolean {
    return (
      other instanceof KeyValuePair &&
      this.types[0] === other.types[0] &&
      this.types[1] === other.types[1] &&
      this.key === other.key
    );
  }

  override get key(): string {
    return compositeKey("KeyValuePair", [this.boxedName, this.boxedValue]);
  }
}

/** `System.Collections.Generic.KeyValuePair<TKey, TValue>`, as expressions know it. */
export const keyValuePairType = defineType(
  "struct System.Collections.Generic.KeyValuePair<TKey, TValue>",
  {
    "new(TKey key, TValue value)": withCall(
      (site, key: unknown, value: unknown) => new KeyValuePair(key, value, pairTypes(site.declaringArguments)),
    ),
    "TKey Key { get; }": (self: KeyValuePair) => self.name,
    "TValue Value { get; }": (self: KeyValuePair) => self.value,
  },
  {
    zero: (type: NetType) => new KeyValuePair(zeroOf(type.arguments[0]!), zeroOf(type.arguments[1]!), pairTypes(type.arguments)),
  },
);

/** The two type arguments of a dictionary or pair. */
export function pairTypes(args: readonly NetType[]): readonly [NetType, NetType] {
  return [args[0]!, args[1]!];
}
