import { raise } from "../../runtime/exceptions.js";
import { Weight } from "../../runtime/weights.js";
import type { TypeHeader } from "../../types/header.js";
import { ListContainer } from "./container.js";
import type { Meter } from "./meter.js";
import type { JToken } from "./token.js";
import { JTokenType, tokenTypeName } from "./token-type.js";
import { LINQ } from "./type-names.js";
import { JValue } from "./value.js";

/** What JArray and JConstructor share: tokens in a list, none of them a property. */
abstract class TokenList extends ListContainer {
  protected override nothing(): JToken {
    return JValue.ofNull();
  }

  protected override check(token: JToken): asserts token is JToken {
    if (token.type === JTokenType.Property)
      throw raise.argument(`Can not add Newtonsoft.Json.Linq.JProperty to Newtonsoft.Json.Linq.J${tokenTypeName(this.type)}.`);
  }

  protected equalItems(other: TokenList, meter: Meter): boolean {
    meter?.steps(this.items.length);
    return this.items.length === other.items.length && this.items.every((item, i) => item.deepEquals(other.items[i]!, meter));
  }
}

/** The header of Newtonsoft.Json.Linq.JArray. */
export const arrayHeader: TypeHeader = { header: `class ${LINQ}.JArray : ${LINQ}.JContainer` };

/** Newtonsoft.Json.Linq.JArray. */
export class JArray extends TokenList {
  override get declaration() {
    return arrayHeader;
  }

  override get type(): number {
    return JTokenType.Array;
  }

  override clone(meter: Meter): JArray {
    meter?.allocate(Weight.token);
    const copy = new JArray();
    for (const item of this.items) copy.attach(item.clone(meter));
    return copy;
  }

  override deepEquals(other: JToken, meter: Meter): boolean {
    return other instanceof JArray && this.equalItems(other, meter);
  }
}

/** The header of Newtonsoft.Json.Linq.JConstructor. */
export const constructorHeader: TypeHeader = { header: `class ${LINQ}.JConstructor : ${LINQ}.JContainer` };

/** Newtonsoft.Json.Linq.JConstructor: `new Date(1, 2)`. */
export class JConstructor extends TokenList {
  constructor(public name: string | null) {
    super();
  }

  override get declaration() {
    return constructorHeader;
  }

  override get type(): number {
    return JTokenType.Constructor;
  }

  override clone(meter: Meter): JConstructor {
    meter?.allocate(Weight.token);
    const copy = new JConstructor(this.name);
    for (const item of this.items) copy.attach(item.clone(meter));
    return copy;
  }

  override deepEquals(other: JToken, meter: Meter): boolean {
    return other instanceof JConstructor && this.name === other.name && this.equalItems(other, meter);
  }
}
