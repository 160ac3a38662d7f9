import { error, type Problem } from "../diagnostics/problem.js";

const invalid = (message: string, hint?: string): Problem => error("TP2107", message, hint);

/** Everything that can be wrong with the schema of a GraphQL API and its resolvers, by name. */
export const graphqlProblems = {
  packageMissing: (name: string): Problem =>
    error("TP2108", `A GraphQL API with resolvers needs the package ${name}.`, `npm install ${name}`),
  schemaInvalid: (why: string): Problem => invalid(`The GraphQL schema cannot be used: ${why}`),
  typeMissing: (type: string): Problem =>
    invalid(`The schema has no object type ${type}.`, "Name an object type and its field, as in Query/users."),
  resolverOfSubscription: (type: string): Problem =>
    invalid(
      `A field of ${type} has no resolver of its own.`,
      "Publish its events from the resolver of another field, by publish-event.",
    ),
  fieldMissing: (type: string, field: string, fields: readonly string[]): Problem =>
    invalid(`The type ${type} has no field ${field}.`, `It has ${fields.join(", ")}.`),
  subscriptionMissing: (id: string, subscriptions: readonly string[]): Problem =>
    invalid(
      `The schema has no subscription ${id}.`,
      subscriptions.length === 0 ? "It has no subscriptions." : `It has ${subscriptions.join(", ")}.`,
    ),
};
