import { fileURLToPath } from "node:url";
import { createGateway, defineGateway, Headers } from "@turnpike/core";
import { lintConfiguration, lintDocuments } from "@turnpike/core/lint";
import { CoverageRecorder, coverageByFile, runTestFile } from "@turnpike/core/testing";
import { compareConfigurations, explainConfiguration } from "@turnpike/core/tools";
import { buildClientSchema, getIntrospectionQuery, type IntrospectionQuery, printSchema } from "graphql";
import { describe, expect, it } from "vitest";
import { ask, getting, graphqlApi, graphqlWorld, post, refusals, textOf, url } from "./support.js";

const sdl = `type Query {
  users: [User]
  user(id: ID): User
  text: String
  raw: Any
}

type Mutation {
  add(name: String): User
}

type Subscription {
  added: User
}

type User {
  id: ID
  name: String
  friends: [User]
}

scalar Any`;
const users = { "Query/users": getting("https://users.example/") };
const reply = (body: unknown) => [{ reply: { body } }];
const many = (count: number) => Array.from({ length: count }, (_, id) => ({ id, name: `user ${id}` }));

describe("the configuration of a GraphQL API", () => {
  it.each([
    [
      "an API of another type",
      { type: "http" } as const,
      ["TP3005 1 Only an API of the type graphql has schema.", "TP3005 1 Only an API of the type graphql has resolvers."],
    ],
    ["a limit that is none", { graphql: { maxDepth: 0 } }, ["TP3005 1 Invalid maxDepth '0': expected a whole number from 1."]],
    [
      "a schema that is none",
      { schema: "type Query { a: Nothing }" },
      ['TP2107 1 The GraphQL schema cannot be used: Unknown type "Nothing". Did you mean "String"?'],
    ],
    [
      "a schema that breaks off",
      { schema: "type Query {\n  a: Int" },
      ["TP2107 2 The GraphQL schema cannot be used: Syntax Error: Expected Name, found <EOF>."],
    ],
    [
      "a path that is none",
      { resolvers: { a: { path: "Query", policy: users["Query/users"] } } },
      ["TP3005 1 Invalid path 'Query': expected an object type and its field, as in Query/users."],
    ],
    [
      "a field with two resolvers",
      {
        resolvers: {
          a: { path: "Query/users", policy: users["Query/users"] },
          b: { path: "/Query/users", policy: users["Query/users"] },
        },
      },
      ["TP3005 1 The field Query/users has a resolver, a."],
    ],
  ])("refuses %s", async (_what, api, expected) => {
    expect(await refusals(sdl, users, { api })).toEqual(expected);
  });

  it("refuses resolvers without a schema, and names the package that it needs", async () => {
    const { schema: _, ...bare } = graphqlApi(sdl, users);
    await expect(createGateway({ apis: { a: bare } })).rejects.toMatchObject({ diagnostics: [{ code: "TP3004" }] });
    await expect(createGateway({ apis: { a: graphqlApi(sdl, users) } }, { packages: { graphql: null } })).rejects.toMatchObject({
      diagnostics: [{ code: "TP2108", hint: "npm install graphql" }],
    });
  });

  it("has its schema and resolvers by revision", async () => {
    const configuration = defineGateway({
      apis: {
        shop: graphqlApi(sdl, users, {
          revisions: {
            "2": {
              schema: "type Query { next: Int }",
              resolvers: { next: { path: "Query/next", policy: getting("https://next.example/") } },
            },
          },
        }),
      },
    });
    const gateway = await createGateway(configuration, {
      transport: ({ url: called }) =>
        Promise.resolve({
          status: 200,
          reason: "",
          headers: new Headers(),
          body: Buffer.from(called.includes("next") ? "2" : "[]"),
        }),
    });
    const answered = async (at: string, query: string) =>
      JSON.parse(await textOf(await gateway.handle({ ...post(query), url: at }))) as unknown;
    expect(await answered(url, "{ users { id } }")).toEqual({ data: { users: [] } });
    expect(await answered(`${url};rev=2`, "{ next }")).toEqual({ data: { next: 2 } });
  });
});

describe("GraphQL over HTTP", () => {
  const world = (api = {}) => graphqlWorld(sdl, users, { external: reply(many(2)), api });
  const query = "{ users { id } }";
  const data = { users: [{ id: "0" }, { id: "1" }] };

  it.each([
    ["a query by POST", post(query), 200, { data }],
    ["a query alone", { ...post(""), headers: { "Content-Type": "application/graphql" }, body: query }, 200, { data }],
    ["a query by GET", { method: "GET", url: `${url}?query=${encodeURIComponent(query)}` }, 200, { data }],
    [
      "variables by GET",
      {
        method: "GET",
        url: `${url}?query=${encodeURIComponent("query Q($s: Boolean!) { users @include(if: $s) { id } }")}&operationName=Q&variables=${encodeURIComponent('{"s":false}')}`,
      },
      200,
      { data: {} },
    ],
    [
      "one of several operations",
      { ...post(""), body: JSON.stringify({ query: "query A { text } query B { users { id } }", operationName: "B" }) },
      200,
      { data },
    ],
    [
      "none of several operations",
      post("query A { text } query B { text }"),
      200,
      { errors: [{ message: "The request has several operations, and does not say which is meant." }] },
    ],
    ["an unknown field", post("{ nobody }"), 200, { errors: [{ message: 'Cannot query field "nobody" on type "Query".' }] }],
    [
      "a variable of another type",
      post("query($id: ID) { user(id: $id) { id } }", { id: { a: 1 } }),
      200,
      { errors: [{ message: 'Variable "$id" got invalid value { a: 1 }; ID cannot represent value: { a: 1 }' }] },
    ],
    [
      "an unknown field, for newer clients",
      post("{ nobody }", undefined, { Accept: "application/graphql-response+json" }),
      400,
      { errors: [{}] },
    ],
    [
      "a mutation by GET",
      { method: "GET", url: `${url}?query=${encodeURIComponent("mutation { add { id } }")}` },
      405,
      { errors: [{ message: "Mutations are sent by POST." }] },
    ],
    ["no query by GET", { method: "GET", url }, 400, { errors: [{ message: "The request has no query." }] }],
    [
      "variables by GET that are none",
      { method: "GET", url: `${url}?query=${encodeURIComponent(query)}&variables=x` },
      400,
      { errors: [{ message: "The variables of a request are an object." }] },
    ],
    [
      "a subscription without a stream",
      post("subscription { added { id } }"),
      400,
      { errors: [{ message: "Subscriptions take text/event-stream, or a WebSocket connection." }] },
    ],
    ["no JSON", { ...post(""), body: "{" }, 400, { errors: [{ message: "The request's body is no JSON object with a query." }] }],
    [
      "deep JSON",
      { ...post(""), body: "[".repeat(10_000) },
      400,
      { errors: [{ message: "The request's body is no JSON object with a query." }] },
    ],
    ["a number for a query", post(7), 400, { errors: [{ message: "The request has no query." }] }],
    ["a form", { ...post(query), headers: { "Content-Type": "text/plain" } }, 415, { errors: [{}] }],
    [
      "too much",
      { ...post(query), body: JSON.stringify({ query, more: "x".repeat(110_000) }) },
      413,
      { errors: [{ message: "The request's body exceeds the limit of 102400 bytes." }] },
    ],
  ])("answers %s", async (_what, request, status, expected) => {
    const outcome = await (await world()).send(request);
    expect([outcome.status, outcome.json()]).toMatchObject([status, expected]);
  });

  it("answers several requests in one body, up to so many", async () => {
    const batch = (queries: readonly unknown[]) => ({ ...post(""), body: JSON.stringify(queries) });
    const few = await world({ graphql: { maxBatch: 3 } });
    expect(
      (await few.send(batch([{ query }, { query: "{ nobody }" }, { query: "subscription { added { id } }" }]))).json(),
    ).toMatchObject([{ data }, { errors: [{ message: 'Cannot query field "nobody" on type "Query".' }] }, { errors: [{}] }]);
    for (const wrong of [[], Array.from({ length: 4 }, () => ({ query })), [1], [null]])
      expect((await few.send(batch(wrong))).status).toBe(400);
  });

  it("tells clients the schema", async () => {
    const introspected = (await ask(await world(), getIntrospectionQuery())) as { data: IntrospectionQuery };
    expect(printSchema(buildClientSchema(introspected.data)).replace(/\n/g, "")).toContain(
      "type User {  id: ID  name: String  friends: [User]}",
    );
  });

  it("stands behind the policies of its API", async () => {
    const closed = await world({ subscriptionRequired: true });
    expect((await closed.send(post(query))).status).toBe(401);
    const limited = await world({
      policy:
        '<policies><inbound><base /><rate-limit-by-key calls="1" renewal-period="60" counter-key="a" /></inbound><backend><base /></backend><outbound><base /><set-header name="X-Out" exists-action="override"><value>1</value></set-header></outbound><on-error><base /></on-error></policies>',
    });
    const first = await limited.send(post(query));
    expect([first.status, first.headers.get("X-Out")]).toEqual([200, "1"]);
    expect((await limited.send(post(query))).status).toBe(429);
  });

  it("forwards what an API without resolvers gets, as it is", async () => {
    const passed = await graphqlWorld(
      sdl,
      {},
      {
        gateway: {},
        api: { resolvers: undefined, serviceUrl: "https://graph.example/q" } as never,
        backend: reply({ data: 1 }),
      },
    );
    const outcome = await passed.send(post("{ anything }"));
    expect(outcome.backendCalls.map((call) => [call.method, call.url, Buffer.from(call.body).toString()])).toEqual([
      ["POST", "https://graph.example/q/", '{"query":"{ anything }"}'],
    ]);
  });
});

describe("an API with resolvers and a backend", () => {
  const schema =
    "type Query { me: User, text: String, pets: [Pet] } type Mutation { rename(name: String): User } type User { id: ID, name: String, friends: [User], mail: String } interface Pet { name: String } type Dog implements Pet { name: String }";
  const mail = { "User/mail": getting('@("https://mail.example/" + context.GraphQL.Parent["id"])') };
  const api = { serviceUrl: "https://graph.example" };
  const external = [{ reply: { body: '"a@example.org"' } }];

  it("asks the backend for what has no resolver, and resolves the rest over it", async () => {
    const world = await graphqlWorld(schema, mail, {
      api,
      external,
      backend: [
        {
          reply: {
            body: {
              data: { it: { id: "7", called: "Ann", __typename: "User" } },
              errors: [{ message: "of the backend", path: ["it"] }],
            },
          },
        },
      ],
    });
    const outcome = await world.send(
      post(
        "query Q($with: Boolean!) { it: me { id called: name mail @include(if: $with) ...F } __typename } fragment F on User { mail }",
        { with: true },
        { Authorization: "Bearer x" },
      ),
    );
    expect(outcome.json()).toEqual({
      errors: [{ message: "of the backend", path: ["it"] }],
      data: { it: { id: "7", called: "Ann", mail: "a@example.org" }, __typename: "Query" },
    });
    const [call] = outcome.backendCalls;
    expect([call!.url, call!.headers.get("Authorization")]).toEqual(["https://graph.example/", "Bearer x"]);
    const { query } = JSON.parse(Buffer.from(call!.body).toString()) as { query: string };
    expect(query.replace(/\s+/g, " ")).toContain("it: me { id called: name");
    expect(query).not.toContain("mail");
    expect(outcome.externalCalls.map((asked) => asked.url)).toEqual(["https://mail.example/7"]);
  });

  it("does not ask it where every field has a resolver, or is the schema's own", async () => {
    const world = await graphqlWorld(schema, { "Query/text": getting("https://text.example/") }, { api, external: reply("x") });
    const outcome = await world.send(post("{ text __schema { queryType { name } } }"));
    expect([outcome.json(), outcome.backendCalls.length]).toEqual([
      { data: { text: "x", __schema: { queryType: { name: "Query" } } } },
      0,
    ]);
  });

  it.each([
    ["does not answer", [{ fail: "refused" as const }]],
    ["answers no JSON", [{ reply: { body: "<html>" } }]],
  ])("tells that it %s", async (_what, backend) => {
    const world = await graphqlWorld(schema, mail, { api, external, backend });
    expect(await ask(world, "{ me { id } }")).toEqual({
      errors: [{ message: "The server behind the API could not be asked." }],
      data: { me: null },
    });
  });

  it("takes members of interfaces by their __typename", async () => {
    const world = await graphqlWorld(schema, mail, {
      api,
      backend: reply({ data: { pets: [{ name: "Rex", __typename: "Dog" }] } }),
    });
    expect(await ask(world, "{ pets { name } }")).toEqual({ data: { pets: [{ name: "Rex" }] } });
  });
});

describe("the bounds of a request", () => {
  const resolvers = {
    ...users,
    "User/friends": getting("https://friends.example/"),
    "Query/text": getting("https://text.example/"),
    "Query/raw": getting("https://raw.example/"),
  };
  const external = [
    { when: { url: "https://text.example/" }, reply: { body: "x".repeat(100_000) } },
    { when: { url: "https://raw.example/" }, reply: { body: { a: "x".repeat(100_000) } } },
    { reply: { body: many(20) } },
  ];
  const aliased = (field: string, count: number) => `{ ${Array.from({ length: count }, (_, i) => `a${i}: ${field}`).join(" ")} }`;

  it.each([
    ["levels", { maxDepth: 3 }, "{ users { friends { friends { id } } } }", "The query is deeper than 3 levels."],
    ["fields that are written down", {}, aliased("text", 251), "The query has more than 250 fields."],
    ["fields of the answer", { maxNodes: 30 }, "{ users { id } }", "The answer has more than 30 fields."],
    ["runs of resolvers", { maxCalls: 5 }, "{ users { friends { id } } }", "The request asks for more than 5 runs of resolvers."],
    ["characters", {}, aliased("text", 60), "The answer is too long."],
    ["characters in scalars of its own", {}, aliased("raw", 60), "The answer is too long."],
  ])("hold for %s", async (_what, graphql, query, message) => {
    const world = await graphqlWorld(sdl, resolvers, { external, api: { graphql } });
    const answer = (await ask(world, query)) as { errors: { message: string }[] };
    expect(answer.errors.map((error) => error.message)).toContain(message);
    expect(answer.errors.length).toBeLessThan(101);
  });

  it("hold for all requests of a body together", async () => {
    const world = await graphqlWorld(sdl, resolvers, { external, api: { graphql: { maxCalls: 3 } } });
    const body = JSON.stringify(Array.from({ length: 5 }, () => ({ query: "{ users { id } }" })));
    const answers = (await world.send({ ...post(""), body })).json() as { errors?: unknown }[];
    expect(answers.map(({ errors }) => errors === undefined)).toEqual([true, true, true, false, false]);
  });

  it("let so many calls run at the same time", async () => {
    let running = 0;
    let most = 0;
    const gateway = await createGateway(
      { apis: { shop: graphqlApi(sdl, resolvers) } },
      {
        transport: async ({ url: called }) => {
          most = Math.max(most, ++running);
          await new Promise((resolve) => setImmediate(resolve));
          running--;
          return {
            status: 200,
            reason: "",
            headers: new Headers(),
            body: Buffer.from(JSON.stringify(called.includes("users") ? many(100) : [{ id: 1 }])),
          };
        },
      },
    );
    const answer = JSON.parse(await textOf(await gateway.handle(post("{ users { friends { id } } }")))) as {
      data: { users: unknown[] };
    };
    expect([answer.data.users.length, most]).toEqual([100, 32]);
  });
});

describe("what tells of resolvers", () => {
  it("a trace has their steps inside forward-request, with the resolver's id", async () => {
    const world = await graphqlWorld(sdl, users, { external: reply(many(1)) });
    const { trace } = await world.clock.run(async () => {
      const response = await world.gateway.handle(post("{ users { id } }"), { trace: true });
      await textOf(response);
      return response;
    });
    expect(trace!.answer.by.layer).toBe("gateway");
    const forward = trace!.steps.find(({ policy }) => policy === "forward-request")!;
    expect(forward.steps.map(({ policy, id, scope, outcome }) => ({ policy, id, scope, outcome }))).toEqual([
      { policy: "http-data-source", id: "Query-users", scope: "graphql-resolver", outcome: "continue" },
    ]);
    expect(forward.steps[0]!.steps.map(({ policy }) => policy)).toEqual(["set-method", "set-url"]);
    expect(forward.steps[0]!.calls).toMatchObject([
      { to: "http-data-source", method: "GET", url: "https://users.example/", status: 200 },
    ]);
  });

  it("explain shows them behind the backend section, and diff what has changed in them", () => {
    const before = explainConfiguration({ apis: { shop: graphqlApi(sdl, users) } });
    const after = explainConfiguration({
      apis: { shop: graphqlApi(sdl, { "Query/users": getting("https://users.example/v2") }) },
    });
    const found = before.find("POST", "/graphql")!;
    const { backend } = before.sections(found, null);
    expect(backend.map(({ name, attributes, scope }) => [name, attributes, scope])).toEqual([
      ["forward-request", {}, "global"],
      ["resolver", { id: "Query-users", path: "Query/users" }, "graphql-resolver"],
    ]);
    expect(backend[1]!.elements[0]).toMatchObject({ name: "http-data-source", line: 1, column: 1 });
    const [difference] = compareConfigurations(before, after);
    expect(difference!.pipelines[0]!.changes.map(({ change, policy }) => [change, policy.name, policy.text])).toEqual([
      ["removed", "set-url", "https://users.example/"],
      ["added", "set-url", "https://users.example/v2"],
    ]);
  });

  it("coverage counts each policy in them, and no branch that is none", async () => {
    const recorder = new CoverageRecorder();
    const file = fileURLToPath(new URL("../../../docs/examples/policies/http-data-source.policy-test.yaml", import.meta.url));
    for await (const { failures } of runTestFile(file, { coverage: recorder })) expect(failures).toEqual([]);
    const items = coverageByFile(recorder.recorded()).flatMap((found) => found.items);
    const policies = items.filter(({ kind }) => kind === "policy").map(({ name, hits }) => `${name} ${hits}`);
    expect(policies).toEqual(
      expect.arrayContaining(["http-data-source 2", "set-url 2", "set-body 2", "http-data-source 1", "set-url 1"]),
    );
    expect(items.filter(({ kind }) => kind === "when")).toEqual([]);
  });

  it("lint looks at them: the order of children, gateways that do not take them", async () => {
    const unordered =
      "<http-data-source><http-request><set-url>https://a.example/</set-url><set-method>GET</set-method></http-request></http-data-source>";
    const alone = lintDocuments([{ text: unordered, file: "r.xml" }], { target: "self-hosted" });
    expect(alone.map(({ rule, column }) => `${rule} ${column}`)).toEqual(
      expect.arrayContaining(["child-order 70", "policy-in-target 1"]),
    );
    const loaded = await lintConfiguration({ apis: { shop: graphqlApi(sdl, { "Query/users": unordered }) } });
    expect(loaded.map(({ rule }) => rule)).toContain("child-order");
  });
});
