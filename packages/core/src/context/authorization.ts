import { type CallSite, defineType, withCall } from "@turnpike/expressions";
import { NetObject } from "@turnpike/expressions/values";
import { dictionaryOf } from "./dictionary.js";

/** `Authorization`: what get-authorization-context puts into its variable. */
export class Authorization extends NetObject {
  constructor(
    readonly accessToken: string,
    private readonly members: Readonly<Record<string, unknown>>,
  ) {
    super();
  }

  override get declaration() {
    return authorizationType;
  }

  get claims(): ReadonlyMap<string, unknown> {
    return new Map(Object.entries(this.members).map(([name, value]) => [name, claimObject(value)]));
  }
}

/** Texts, booleans and ints as such, other numbers and structures as JSON text. */
function claimObject(value: unknown): unknown {
  if (value === undefined || value === null) return null;
  if (typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number" && (value | 0) === value) return value;
  return JSON.stringify(value);
}

/** The type of the object that get-authorization-context makes. */
export const authorizationType = defineType("class Authorization", {
  "string AccessToken { get; }": (self: Authorization) => self.accessToken,
  "System.Collections.Generic.IReadOnlyDictionary<string, object> Claims { get; }": withCall(
    (site: CallSite, self: Authorization) => {
      const { claims } = self;
      return dictionaryOf(site, "System.Object", {
        size: claims.size,
        find: (name) => claims.get(name),
        entries: () => claims,
      });
    },
  ),
});
