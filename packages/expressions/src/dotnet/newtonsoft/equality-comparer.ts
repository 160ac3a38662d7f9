import { type CallSite, defineType, type TypeDeclaration, withCall } from "../../types/declare.js";
import { NetObject } from "../../types/values.js";
import type { EqualityProtocol } from "../collections/equality.js";
import { hashCode, keyOf } from "../object.js";
import { JArray, JConstructor } from "./array.js";
import type { Meter } from "./meter.js";
import { JObject } from "./object.js";
import { JProperty } from "./property.js";
import type { JToken } from "./token.js";
import { LINQ, TOKEN } from "./type-names.js";

type Token = JToken | null;

/** Newtonsoft.Json.Linq.JTokenEqualityComparer: tokens are equal if they are so in depth. */
export class JTokenEqualityComparer extends NetObject implements EqualityProtocol {
  constructor(private readonly meter: Meter) {
    super();
  }

  override get declaration(): TypeDeclaration {
    return equalityComparerType;
  }

  equalValues(a: unknown, b: unknown): boolean {
    return a === b || (a !== null && b !== null && (a as JToken).deepEquals(b as JToken, this.meter));
  }

  keyOfValue(value: unknown): unknown {
    return value === null ? null : deepKey(value as JToken, this.meter);
  }
}

/** The same text for tokens that are equal in depth: properties in the order of their names. */
function deepKey(token: JToken, meter: Meter): string {
  meter?.step();
  const keys = (tokens: readonly JToken[]) => tokens.map((token) => deepKey(token, meter)).join(",");
  if (token instanceof JObject) return `{${keys([...token.children].sort((a, b) => (a.name < b.name ? -1 : 1)))}}`;
  if (token instanceof JProperty) return `${JSON.stringify(token.name)}:${keys(token.children)}`;
  if (token instanceof JArray) return `[${keys(token.children)}]`;
  if (token instanceof JConstructor) return `${token.name}(${keys(token.children)})`;
  return JSON.stringify(keyOf(token));
}

/** `JTokenEqualityComparer`, as expressions know it. */
export const equalityComparerType: TypeDeclaration = defineType(
  `class ${LINQ}.JTokenEqualityComparer : System.Collections.Generic.IEqualityComparer<${TOKEN}>`,
  {
    "new()": withCall((site) => new JTokenEqualityComparer(site.run)),
    "bool Equals(JToken x, JToken y)": withCall((site: CallSite, _self: unknown, a: Token, b: Token) =>
      a === null || b === null ? a === b : a.deepEquals(b, site.run),
    ),
    "int GetHashCode(JToken obj)": (self: JTokenEqualityComparer, value: Token) => hashCode(self.keyOfValue(value)),
  },
  { beyond: true },
);
