import { createGateway, type Gateway, Headers } from "@turnpike/core";
import { checkDocument } from "@turnpike/core/tools";
import { describe, expect, it } from "vitest";
import { getting, graphqlApi, post, refusals } from "../graphql/support.js";
import { findings } from "./support.js";

const sdl = `
  type Query { ok: Boolean }
  type Mutation { add(name: String): User }
  type Subscription { added(id: ID): User, seen: User }
  type User { id: ID, name: String, orders: [Int] }`;
const publishing = (...fields: readonly string[]) =>
  `<publish-event><targets>${fields.map((id) => `<graphql-subscription id="${id}" />`).join("")}</targets></publish-event>`;
const add = (response: string) => getting('@("https://users.example/" + context.GraphQL.Arguments["name"])', response);

it.each([
  [add(publishing("added")), []],
  [add("<publish-event />"), ["error TP2011"]],
  [add("<publish-event><targets /></publish-event>"), ["error TP2011"]],
  [add("<publish-event><targets><target id='a' /></targets></publish-event>"), ["error TP2011", "error TP2010"]],
  [add(publishing("added").replace(' id="added"', "")), ["error TP2007"]],
])("publish-event is checked: %s", (xml, expected) => {
  expect(checkDocument(xml).diagnostics.map(({ severity, code }) => `${severity} ${code}`)).toEqual(expected);
});

it("publish-event stands in the response of a resolver, and names what the schema has", async () => {
  expect(findings(publishing("added"))).toEqual(["error TP2003"]);
  expect(await refusals(sdl, { "Mutation/add": publishing("added") })).toEqual([
    "TP0115 1 A resolver's document has one of the roots <http-data-source>, <sql-data-source>, <cosmosdb-data-source>, not <publish-event>.",
  ]);
  expect(await refusals(sdl, { "Mutation/add": add(publishing("removed")) })).toEqual([
    "TP2107 1 The schema has no subscription removed.",
  ]);
  expect(await refusals(sdl, { "Subscription/added": getting("https://a.example/") })).toEqual([
    "TP2107 1 A field of Subscription has no resolver of its own.",
  ]);
});

/** A caller who is subscribed: what it has got so far, as it comes. */
async function subscriber(gateway: Gateway, query: string, variables?: unknown) {
  const abort = new AbortController();
  const response = await gateway.handle({ ...post(query, variables, { Accept: "text/event-stream" }), signal: abort.signal });
  const events = (response.body as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
  return {
    response,
    next: async () => {
      const { done, value } = await events.next();
      return done === true ? null : Buffer.from(value).toString("utf8");
    },
    leave: () => abort.abort(),
  };
}

const event = (data: unknown) => `event: next\ndata: ${JSON.stringify(data)}\n\n`;

async function shop(resolvers: Readonly<Record<string, string>>) {
  const gateway = await createGateway(
    { apis: { shop: graphqlApi(sdl, resolvers), other: graphqlApi(sdl, resolvers, { path: "other" }) } },
    {
      transport: ({ url }) =>
        Promise.resolve({
          status: 200,
          reason: "OK",
          headers: new Headers(),
          body: Buffer.from(url.includes("broken") ? "<no json>" : `{"id":1,"name":"${url.split("/").at(-1)}"}`),
        }),
    },
  );
  return {
    gateway,
    mutate: (name: string, path = "graphql") =>
      gateway.handle({ ...post(`mutation { add(name: "${name}") { id } }`), url: `https://api.example/${path}` }),
  };
}

describe("publish-event", () => {
  it("tells everybody who is subscribed to the field, of this API alone, each as they asked", async () => {
    const { gateway, mutate } = await shop({ "Mutation/add": add(publishing("added", "seen")) });
    const first = await subscriber(gateway, "subscription { added { name } }");
    const second = await subscriber(gateway, "subscription S($id: ID) { it: added(id: $id) { id } }", { id: "9" });
    const third = await subscriber(gateway, "subscription { ...F } fragment F on Subscription { seen { id name } }");
    await mutate("Bo", "other");
    await mutate("Ann");
    await mutate("Cy");
    expect([await first.next(), await first.next()]).toEqual([
      event({ data: { added: { name: "Ann" } } }),
      event({ data: { added: { name: "Cy" } } }),
    ]);
    expect(await second.next()).toBe(event({ data: { it: { id: "1" } } }));
    expect(await third.next()).toBe(event({ data: { seen: { id: "1", name: "Ann" } } }));
    await gateway.close();
    expect([await first.next(), await first.next()]).toEqual(["event: complete\ndata: \n\n", null]);
  });

  it.each([
    [`${publishing("added")}<set-body>{"name":"changed"}</set-body>`, "Ann"],
    [`<set-body>{"name":"changed"}</set-body>${publishing("added")}`, "changed"],
  ])("publishes the result as it stands at its place: %s", async (response, name) => {
    const { gateway, mutate } = await shop({ "Mutation/add": add(response) });
    const listening = await subscriber(gateway, "subscription { added { name } }");
    await mutate("Ann");
    expect(await listening.next()).toBe(event({ data: { added: { name } } }));
    await gateway.close();
  });

  it("resolves fields of events that have resolvers", async () => {
    const { gateway, mutate } = await shop({
      "Mutation/add": add(publishing("added")),
      "User/orders": getting("https://orders.example/1", "<set-body>[7]</set-body>"),
    });
    const listening = await subscriber(gateway, "subscription { added { orders } }");
    await mutate("Ann");
    expect(await listening.next()).toBe(event({ data: { added: { orders: [7] } } }));
    await gateway.close();
  });

  it("publishes nothing that is no JSON, and nothing of a field that fails", async () => {
    const { gateway, mutate } = await shop({ "Mutation/add": add(publishing("added")) });
    const listening = await subscriber(gateway, "subscription { added { name } }");
    await mutate("broken");
    await mutate("Ann");
    expect(await listening.next()).toBe(event({ data: { added: { name: "Ann" } } }));
    await gateway.close();
  });

  it("goes on over another configuration, and ends with the caller", async () => {
    const resolvers = { "Mutation/add": add(publishing("added")) };
    const { gateway, mutate } = await shop(resolvers);
    const listening = await subscriber(gateway, "subscription { added { name } }");
    await gateway.update({ apis: { shop: graphqlApi(sdl, resolvers) } });
    await mutate("Ann");
    expect(await listening.next()).toBe(event({ data: { added: { name: "Ann" } } }));
    listening.leave();
    expect(await listening.next()).toBe(null);
    await gateway.close();
  });

  it("tells a subscriber who cannot be, and bounds how many there are", async () => {
    const { gateway } = await shop({});
    for (const [query, message] of [
      ["subscription { nothing { id } }", 'Cannot query field "nothing" on type "Subscription".'],
      ["subscription S($id: ID!) { added(id: $id) { id } }", 'Variable "$id" of required type "ID!" was not provided.'],
    ] as const) {
      const refused = await subscriber(gateway, query);
      expect([await refused.next(), await refused.next(), await refused.next()]).toEqual([
        event({ errors: [{ message }] }),
        "event: complete\ndata: \n\n",
        null,
      ]);
    }
    const few = await createGateway({ apis: { shop: graphqlApi(sdl, {}, { graphql: { maxSubscriptions: 1 } }) } });
    const query = "subscription { added { id } }";
    const first = await subscriber(few, query);
    const second = await subscriber(few, query);
    expect(await second.next()).toBe(event({ errors: [{ message: "There are too many subscriptions." }] }));
    first.leave();
    expect(await first.next()).toBe(null);
    const third = await subscriber(few, query);
    await few.close();
    expect(await third.next()).toBe("event: complete\ndata: \n\n");
  });
});
