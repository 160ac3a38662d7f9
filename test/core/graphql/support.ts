import { ConfigurationError, type GatewayConfiguration, type HandledResponse } from "@turnpike/core";
import { type PolicyTest, type PolicyTestOptions, policyTest } from "@turnpike/core/testing";

/** Where the API of these tests stands. */
export const url = "https://api.example/graphql";

type ApiConfiguration = NonNullable<GatewayConfiguration["apis"]>[string];

/** A GraphQL API of resolvers: documents by the fields that they resolve (`Query/users`). */
export function graphqlApi(
  schema: string,
  resolvers: Readonly<Record<string, string>>,
  api: ApiConfiguration = {},
): ApiConfiguration {
  return {
    path: "graphql",
    type: "graphql",
    subscriptionRequired: false,
    schema,
    resolvers: Object.fromEntries(Object.entries(resolvers).map(([path, policy]) => [path.replace("/", "-"), { path, policy }])),
    ...api,
  };
}

/** A resolver that gets a URL. @param url in the form of a set-url @param response what http-response holds */
export function getting(url: string, response: string | null = null): string {
  return `<http-data-source><http-request><set-method>GET</set-method><set-url>${url}</set-url></http-request>${
    response === null ? "" : `<http-response>${response}</http-response>`
  }</http-data-source>`;
}

/** A world with one GraphQL API of resolvers. */
export function graphqlWorld(
  schema: string,
  resolvers: Readonly<Record<string, string>>,
  options: Omit<PolicyTestOptions, "gateway"> & { readonly api?: ApiConfiguration; readonly gateway?: GatewayConfiguration } = {},
): Promise<PolicyTest> {
  const { api, gateway, ...rest } = options;
  return policyTest({ ...rest, gateway: { ...gateway, apis: { shop: graphqlApi(schema, resolvers, api) } } });
}

/** The errors with which such a world is refused, as `code line message`; empty if it is not. */
export async function refusals(...given: Parameters<typeof graphqlWorld>): Promise<string[]> {
  try {
    await graphqlWorld(...given);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.diagnostics
      .filter(({ severity }) => severity === "error")
      .map(({ code, line, message }) => `${code} ${line} ${message}`);
  }
}

/** A POST with a query. */
export function post(query: unknown, variables?: unknown, headers: Readonly<Record<string, string>> = {}) {
  return {
    method: "POST",
    url,
    headers: { "Content-Type": "application/json", ...headers },
    body: JSON.stringify({ query, variables }),
  };
}

/** Asks, and gives the answer as data. */
export async function ask(world: PolicyTest, query: string, variables?: unknown): Promise<unknown> {
  return (await world.send(post(query, variables))).json();
}

/** The text of a gateway's answer. */
export async function textOf({ body }: HandledResponse): Promise<string> {
  const chunks: Uint8Array[] = [];
  if (body instanceof Uint8Array) chunks.push(body);
  else if (body !== null) for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}
