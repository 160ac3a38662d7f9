import { raise } from "../../runtime/exceptions.js";
import { Weight } from "../../runtime/weights.js";
import type { TypeHeader } from "../../types/header.js";
import { JContainer } from "./container.js";
import { jsonError } from "./errors.js";
import type { Meter } from "./meter.js";
import type { JToken } from "./token.js";
import { JTokenType } from "./token-type.js";
import { LINQ } from "./type-names.js";
import { JValue } from "./value.js";

/** The header of Newtonsoft.Json.Linq.JProperty. */
export const propertyHeader: TypeHeader = { header: `class ${LINQ}.JProperty : ${LINQ}.JContainer` };

/** Newtonsoft.Json.Linq.JProperty: a name and a value below a JObject. */
export class JProperty extends JContainer {
  private content: JToken | null = null;

  constructor(readonly name: string) {
    super();
  }

  /** A property with a value that has no parent yet. */
  static of(name: string, value: JToken): JProperty {
    const property = new JProperty(name);
    property.content = value;
    value.placedAt(property, 0);
    return property;
  }

  override get declaration() {
    return propertyHeader;
  }

  override get type(): number {
    return JTokenType.Property;
  }

  override get children(): readonly JToken[] {
    return this.content === null ? [] : [this.content];
  }

  protected override nothing(): JToken {
    return JValue.ofNull();
  }

  /** Null only in a property that was made without a value. */
  get value(): JToken | null {
    return this.content;
  }

  setValue(token: JToken | null, meter: Meter): void {
    const value = token ?? JValue.ofNull();
    if (this.content === null) this.insertAt(0, value, meter);
    else this.replaceAt(0, value, meter);
  }

  /** Puts a new value that has no parent in the place of the old: for readers. */
  attach(value: JToken): void {
    if (this.content !== null) this.content.parent = null;
    this.content = value;
    value.placedAt(this, 0);
  }

  override insertAt(_index: number, token: JToken, meter: Meter): void {
    if (this.content !== null) throw jsonError.json("Newtonsoft.Json.Linq.JProperty cannot have multiple values.");
    this.put(token, meter);
  }

  override replaceAt(_index: number, token: JToken, meter: Meter): void {
    const old = this.content;
    if (old === token) return;
    this.put(token, meter);
    if (old !== null) old.parent = null;
  }

  private put(token: JToken, meter: Meter): void {
    if (token.type === JTokenType.Property)
      throw raise.argument("Can not add Newtonsoft.Json.Linq.JProperty to Newtonsoft.Json.Linq.JProperty.");
    meter?.allocate(Weight.token);
    const child = this.adopt(token, meter);
    this.content = child;
    child.placedAt(this, 0);
    this.version++;
  }

  override removeAt(): never {
    throw jsonError.json("Cannot add or remove items from Newtonsoft.Json.Linq.JProperty.");
  }

  override removeAll(): never {
    throw jsonError.json("Cannot add or remove items from Newtonsoft.Json.Linq.JProperty.");
  }

  override clone(meter: Meter): JProperty {
    meter?.allocate(Weight.token);
    return this.content === null ? new JProperty(this.name) : JProperty.of(this.name, this.content.clone(meter));
  }

  override deepEquals(other: JToken, meter: Meter): boolean {
    if (!(other instanceof JProperty) || this.name !== other.name) return false;
    if (this.content === null || other.content === null) return this.content === other.content;
    return this.content.deepEquals(other.content, meter);
  }
}
