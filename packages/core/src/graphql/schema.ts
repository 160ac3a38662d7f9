import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { Problem } from "../diagnostics/problem.js";
import type { ApiModel, PolicyDocument, ResolverModel } from "../model/model.js";
import { type GraphqlLibrary, type GraphqlSchema, graphqlPackage } from "../policies/content-validation/graphql-library.js";
import type { OptionalPackages } from "../policy/optional-packages.js";
import type { XmlDocument, XmlElement } from "../xml/nodes.js";
import { graphqlProblems } from "./problems.js";
import { webSocketPackage } from "./web-socket-library.js";

/** The schema of a GraphQL API, and the packages that work on it. */
export interface ApiSchema {
  readonly library: GraphqlLibrary;
  readonly schema: GraphqlSchema;
  /** The package for WebSocket connections; null if it is not installed. */
  readonly webSockets: object | null;
}

/** The packages that an API needs, or can make use of. */
export function graphqlPackages({ graphql }: ApiModel): readonly string[] {
  if (graphql === null || graphql.schema === null) return [];
  return graphql.resolvers === null ? [graphqlPackage] : [graphqlPackage, webSocketPackage];
}

/**
 * Reads the schema of a GraphQL API; null where it cannot be, which is among the findings. Without the package it is not looked at, which is an
 * error only of an API that needs it.
 */
export function apiSchema(
  document: PolicyDocument,
  packages: OptionalPackages,
  isNeeded: boolean,
  diagnostics: Diagnostic[],
): ApiSchema | null {
  const { file, origin } = document;
  const { line, column } = origin ?? { line: 1, column: 1 };
  const library = packages.get(graphqlPackage) as GraphqlLibrary | null;
  if (library === null) {
    if (isNeeded) diagnostics.push({ ...graphqlProblems.packageMissing(graphqlPackage), file, line, column });
    return null;
  }
  try {
    return { library, schema: library.buildSchema(document.text), webSockets: packages.get(webSocketPackage) };
  } catch (error) {
    const place = (error as { readonly locations?: readonly { readonly line: number; readonly column: number }[] })
      .locations?.[0];
    diagnostics.push({
      ...graphqlProblems.schemaInvalid((error as Error).message.split("\n", 1)[0]!),
      file,
      line: line + (place?.line ?? 1) - 1,
      column: place === undefined ? column : place.line === 1 ? column + place.column - 1 : place.column,
    });
    return null;
  }
}

/** What does not fit between a resolver and its schema: the field that it resolves, and the subscriptions that it publishes to. */
export function resolverFindings({ library, schema }: ApiSchema, { type, field }: ResolverModel, xml: XmlDocument): Diagnostic[] {
  const root = xml.roots[0]!;
  const finding = (problem: Problem, { start }: Pick<XmlElement, "start"> = root): Diagnostic => ({
    ...problem,
    ...xml.source.place(start),
  });
  const subscriptions = schema.getSubscriptionType();
  const events = Object.keys(subscriptions?.getFields?.() ?? {});
  const found: Diagnostic[] = [];
  const owner = schema.getType(type);
  const fields = library.isObjectType(owner) ? Object.keys(owner!.getFields!()) : null;
  if (fields === null) found.push(finding(graphqlProblems.typeMissing(type)));
  else if (owner === subscriptions) found.push(finding(graphqlProblems.resolverOfSubscription(type)));
  else if (!fields.includes(field)) found.push(finding(graphqlProblems.fieldMissing(type, field, fields)));
  const look = (element: XmlElement): void => {
    const id =
      element.name === "graphql-subscription"
        ? element.attributes.find(({ name }) => name === "id")?.value.text.trim()
        : undefined;
    if (id !== undefined && !id.includes("{{") && !events.includes(id))
      found.push(finding(graphqlProblems.subscriptionMissing(id, events), element));
    element.elements.forEach(look);
  };
  look(root);
  return found;
}
