import { raise } from "../../runtime/exceptions.js";
import { Weight } from "../../runtime/weights.js";
import type { TypeHeader } from "../../types/header.js";
import type { NetType } from "../../types/net-type.js";
import { objectForm } from "../../types/special-types.js";
import { DictionaryView } from "../collections/dictionary-view.js";
import { KeyValuePair, pairTypes } from "../collections/key-value-pair.js";
import type { DictionaryProtocol } from "../collections/protocol.js";
import { ListContainer } from "./container.js";
import type { Meter } from "./meter.js";
import { JProperty } from "./property.js";
import type { JToken } from "./token.js";
import { JTokenType, tokenTypeName } from "./token-type.js";
import { LINQ, TOKEN } from "./type-names.js";
import { JValue } from "./value.js";

/** Objects of so few properties are searched without an index. */
const UNINDEXED = 16;

/** The header of Newtonsoft.Json.Linq.JObject. */
export const objectHeader: TypeHeader = {
  header: `class ${LINQ}.JObject : ${LINQ}.JContainer, System.Collections.Generic.IDictionary<string, ${TOKEN}>`,
};

/** Newtonsoft.Json.Linq.JObject: properties in order, found by name. */
export class JObject extends ListContainer<JProperty> implements DictionaryProtocol {
  private byName: Map<string, JProperty> | null = null;

  override get declaration() {
    return objectHeader;
  }

  override get type(): number {
    return JTokenType.Object;
  }

  protected override nothing(): JToken {
    return JValue.ofNull();
  }

  property(name: string): JProperty | null {
    if (this.items.length <= UNINDEXED) {
      for (const property of this.items) if (property.name === name) return property;
      return null;
    }
    if (this.byName === null) this.byName = new Map(this.items.map((property) => [property.name, property]));
    return this.byName.get(name) ?? null;
  }

  /** `obj[name]`: null where there is no such property. */
  get(name: string): JToken | null {
    return this.property(name)?.value ?? null;
  }

  /** `obj[name] = value`. */
  put(name: string, value: JToken | null, meter: Meter): void {
    const property = this.property(name);
    if (property !== null) property.setValue(value, meter);
    else this.addNew(name, value, meter);
  }

  /** `Add(name, value)`. Throws ArgumentException if the name is there. */
  addNew(name: string, value: JToken | null, meter: Meter): void {
    const property = new JProperty(name);
    property.setValue(value, meter);
    this.append(property, meter);
  }

  remove(name: string): boolean {
    const property = this.property(name);
    if (property === null) return false;
    this.removeAt(property.index);
    return true;
  }

  protected override check(token: JToken, replaced: JProperty | null): asserts token is JProperty {
    if (!(token instanceof JProperty))
      throw raise.argument(`Can not add Newtonsoft.Json.Linq.${className(token)} to Newtonsoft.Json.Linq.JObject.`);
    if (token.name !== replaced?.name && this.property(token.name) !== null)
      throw raise.argument(
        `Can not add property ${token.name} to Newtonsoft.Json.Linq.JObject. Property with the same name already exists on object.`,
      );
  }

  protected override added(property: JProperty): void {
    this.byName?.set(property.name, property);
  }

  protected override removed(property: JProperty): void {
    this.byName?.delete(property.name);
  }

  override clone(meter: Meter): JObject {
    meter?.allocate(Weight.token);
    const copy = new JObject();
    for (const property of this.items) copy.attach(property.clone(meter));
    return copy;
  }

  /** Regardless of order. */
  override deepEquals(other: JToken, meter: Meter): boolean {
    meter?.step();
    if (!(other instanceof JObject) || this.items.length !== other.items.length) return false;
    return this.items.every((property) => {
      const same = other.property(property.name);
      return same !== null && property.deepEquals(same, meter);
    });
  }

  // As IDictionary<string, JToken>.

  override itemsAs(elementType: NetType): Iterable<unknown> {
    if (elementType.definitionName !== "System.Collections.Generic.KeyValuePair") return this;
    const types = pairTypes(elementType.arguments);
    return { [Symbol.iterator]: () => this.pairs(types) };
  }

  /** Names and values as KeyValuePair<string, JToken>. */
  *pairs(types: readonly [NetType, NetType]): Generator<KeyValuePair> {
    for (const property of this) yield new KeyValuePair((property as JProperty).name, (property as JProperty).value, types);
  }

  lookup(key: unknown): unknown {
    if (key === null) throw raise.argumentNull("key");
    return this.property(key as string)?.value ?? undefined;
  }

  get keys(): DictionaryView {
    return new DictionaryView("keys", [objectForm, objectForm], this, () => this.items.map((property) => property.name));
  }

  get values(): DictionaryView {
    return new DictionaryView("values", [objectForm, objectForm], this, () => this.items.map((property) => property.value));
  }

  set(key: unknown, value: unknown): void {
    this.put(key as string, value as JToken | null, null);
  }

  add(key: unknown, value: unknown): void {
    this.addNew(key as string, value as JToken | null, null);
  }

  removeKey(key: unknown): boolean {
    return this.remove(key as string);
  }

  override addItem(item: unknown): void {
    if (item instanceof KeyValuePair) this.add(item.name, item.value);
    else super.addItem(item);
  }

  override containsItem(item: unknown): boolean {
    if (!(item instanceof KeyValuePair)) return super.containsItem(item);
    const value = this.get(item.name as string);
    return value !== null && value === item.value;
  }

  override removeItem(item: unknown): boolean {
    if (item instanceof KeyValuePair) return this.containsItem(item) && this.remove(item.name as string);
    return super.removeItem(item);
  }
}

function className(token: JToken): string {
  return token.type <= JTokenType.Property ? `J${tokenTypeName(token.type)}` : "JValue";
}
