import { checkDefinition } from "./check-definition.js";
import type { AttributeSchema, ChildSchema, PolicyDefinition } from "./definition.js";

export type * from "./definition.js";

/**
 * Declares a policy. Built-in ones have no privilege: `createGateway(config, { policies: [definePolicy({…})] })`.
 * @throws TypeError for a definition that is none: it says what is invalid, then what is expected
 */
export function definePolicy<const A extends Record<string, AttributeSchema>, const C extends Record<string, ChildSchema>>(
  definition: PolicyDefinition<A, C>,
): PolicyDefinition<A, C> {
  checkDefinition(definition);
  return definition;
}

/**
 * Declares a policy of GraphQL resolvers, which stands in no section: a data source, or what stands inside of one.
 * @throws TypeError as {@link definePolicy} does
 */
export function defineResolverPolicy<
  const A extends Record<string, AttributeSchema>,
  const C extends Record<string, ChildSchema>,
>(definition: Omit<PolicyDefinition<A, C>, "sections" | "scopes">): PolicyDefinition<A, C> {
  checkDefinition({ ...definition, sections: ["backend"], scopes: ["api"] });
  return { ...definition, sections: [], scopes: ["graphql-resolver"] };
}
