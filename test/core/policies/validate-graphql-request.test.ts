import { createGateway, Headers } from "@turnpike/core";
import { describe, expect, it } from "vitest";
import { textOf } from "../graphql/support.js";
import { findings } from "./support.js";
import { apiWorld } from "./validation-support.js";

const sdl = "type Query { users: [User], secret: String } type User { name: String, mail: String, friends: [User] }";
const policy = (rules = "", attributes = 'max-size="2000"') =>
  `<validate-graphql-request error-variable-name="mine" ${attributes}>${rules === "" ? "" : `<authorize>${rules}</authorize>`}</validate-graphql-request>`;
const operations = { post: { method: "POST", urlTemplate: "/" } };
const world = (xml: string, schemas: Record<string, string> = { graphql: sdl }) => apiWorld(xml, operations, { schemas });
const send = async (xml: string, query: string, body = JSON.stringify({ query, variables: {} })) =>
  (await world(xml)).send({
    method: "POST",
    url: "https://api.example/a/",
    body: Buffer.from(body),
    headers: { "Content-Type": "application/json" },
  });

it.each([
  [policy(), []],
  ["<validate-graphql-request />", ["error TP2007"]],
  [policy("", 'max-size="102401"'), ["error TP2008"]],
  [policy(`<rule path="/a/b" action="deny" />`), ["error TP2008"]],
])("validate-graphql-request is checked at load time: %s", (xml, expected) => {
  expect(findings(xml)).toEqual(expected);
});

it("validate-graphql-request names the package that it needs", async () => {
  await expect(apiWorld(policy(), operations, { schemas: { graphql: sdl }, packages: { graphql: null } })).rejects.toMatchObject({
    diagnostics: [
      { code: "TP2108", message: "validate-graphql-request needs the package graphql.", hint: "npm install graphql" },
    ],
  });
});

describe("validate-graphql-request", () => {
  it("lets through what fits, as it is", async () => {
    const { status, backendCalls } = await send(policy(), "{ users { name } }");
    expect([status, backendCalls.length]).toEqual([200, 1]);
  });

  it.each([
    ["{ nobody }", 'Cannot query field "nobody" on type "Query".'],
    ["{ users {", "Syntax Error: Expected Name, found <EOF>."],
    ["{ users { friends { friends { friends { friends { friends { name } } } } } } }", "The query is deeper than 6 levels."],
    [
      `{ ${Array.from({ length: 251 }, (_, i) => `a${i}: secret`).join(" ")} }`,
      "The request's body exceeds the limit of 2000 bytes.",
    ],
    [`{ ...F ...F } fragment F on Query { ${"secret ".repeat(130)} }`, "The query has more than 250 fields."],
  ])("answers %s with errors and no data", async (query, message) => {
    const { status, text, backendCalls, variables } = await send(policy(), query);
    expect([status, JSON.parse(text), backendCalls.length]).toEqual([400, { errors: [{ message }] }, 0]);
    expect(Object.keys(variables)).toEqual(["GraphQLErrors", "mine"]);
  });

  it.each(["", "{", "[]", "null", '{"query":1}', "[".repeat(1_000)])("refuses the body %j", async (body) => {
    expect((await send(policy(), "", body)).status).toBe(400);
  });

  it("removes and rejects fields, the most specific rule first", async () => {
    const rules = `<rule path="/User/*" action="remove" /><rule path="/User/name" /><rule path="/Query/secret" action="reject" /><rule path="/__*" action="reject" /><rule path="/User/friends" action="ignore" />`;
    const { status, backendCalls } = await send(policy(rules), "{ users { name mail } }");
    expect(status).toBe(200);
    expect(JSON.parse(Buffer.from(backendCalls[0]!.body as Uint8Array).toString())).toEqual({
      query: "{\n  users {\n    name\n  }\n}",
      variables: {},
    });
    expect((await send(policy(rules), "{ secret }")).status).toBe(400);
    expect((await send(policy(rules), "{ __schema { description } }")).status).toBe(400);
    expect((await send(policy(rules), "{ users { mail } }")).text).toContain("Nothing that was asked for is allowed.");
  });

  it.each([[{}], [{ graphql: "type" }]])("refuses the schemas %j at load time", async (schemas) => {
    await expect(world(policy(), schemas as Record<string, string>)).rejects.toMatchObject({ diagnostics: [{ code: "TP2107" }] });
  });

  const without = `<rule path="/User/mail" action="remove" />`;
  it.each([
    ["{ users { name mail } }", "{ users { name } }"],
    ["{ users { name friends { mail } } }", "{ users { name } }"],
    ["{ users { name ... on User { mail } } }", "{ users { name } }"],
    ["{ users { name ...M } } fragment M on User { mail }", "{ users { name } }"],
    ["{ users { name ...A } } fragment A on User { friends { ...B } } fragment B on User { mail }", "{ users { name } }"],
    ["{ users { ...A } } fragment A on User { name mail }", "{ users { ...A } } fragment A on User { name }"],
    ["query q($y: Boolean!) { users { name mail @include(if: $y) } }", "query q { users { name } }"],
    [
      "query q($y: Boolean!) { users { name @skip(if: $y) mail @include(if: $y) } }",
      "query q($y: Boolean!) { users { name @skip(if: $y) } }",
    ],
  ])("of %s sends on %s", async (query, expected) => {
    const { status, backendCalls } = await send(policy(without), query);
    expect(status).toBe(200);
    const { query: sent } = JSON.parse(Buffer.from(backendCalls[0]!.body as Uint8Array).toString()) as { query: string };
    expect(sent.replace(/\s+/g, " ").trim()).toBe(expected);
  });

  it.each<[string | object, Record<string, string>, string]>([
    [
      '{"data":{"users":[]},"big":12345678901234567890}',
      { "Content-Type": "application/json" },
      '{"data":{"users":[]},"big":12345678901234567890,"errors":[{"message":"The field /User/mail was removed.","path":["all","m"]}]}',
    ],
    [
      '{"data":null,"errors":[{"message":"own"}]}',
      { "Content-Type": "application/graphql-response+json; charset=utf-8" },
      '{"data":null,"errors":[{"message":"own"},{"message":"The field /User/mail was removed.","path":["all","m"]}]}',
    ],
    ["[1]", { "Content-Type": "application/json" }, "[1]"],
    ["{", { "Content-Type": "application/json" }, "{"],
    ['{"data":1}', { "Content-Type": "text/plain" }, '{"data":1}'],
  ])("adds an error for each field that it removed to the answer %s", async (body, headers, expected) => {
    const test = await apiWorld(policy(without), operations, {
      schemas: { graphql: sdl },
      backend: [{ reply: { status: 200, headers, body } }],
    });
    const outcome = await test.send({
      method: "POST",
      url: "https://api.example/a/",
      body: JSON.stringify({ query: "{ all: users { name m: mail } }" }),
    });
    expect([outcome.status, outcome.text]).toEqual([200, expected]);
    expect(outcome.backendCalls[0]!.headers.get("Accept-Encoding")).toBe("identity");
    expect(outcome.variables["GraphQLErrors"]).toEqual([{ message: "The field /User/mail was removed.", path: ["all", "m"] }]);
    expect(outcome.variables["mine"]).toEqual(outcome.variables["GraphQLErrors"]);
  });

  it("computes sizes, depths and actions", async () => {
    const attributes = `max-size="@(100 + 900)" max-depth="@(1 + 1)"`;
    const rules = `<rule path="/Query/secret" action="@(context.Request.Headers.ContainsKey(&quot;X-Admin&quot;) ? &quot;allow&quot; : &quot;reject&quot;)" />`;
    expect((await send(policy(rules, attributes), "{ secret }")).status).toBe(400);
    expect((await send(policy("", attributes), "{ users { friends { name } } }")).text).toContain("deeper than 2 levels");
    expect((await send(policy(`<rule path="/Query/secret" action="@(&quot;deny&quot;)" />`), "{ secret }")).status).toBe(500);
  });

  it("a request error is no data, a variable, and no call", async () => {
    const { status, headers, text, variables, backendCalls } = await send(policy(), "{ nobody }");
    expect([status, headers.get("Content-Type"), backendCalls.length]).toEqual([400, "application/json", 0]);
    const errors = [{ message: 'Cannot query field "nobody" on type "Query".' }];
    expect([JSON.parse(text), variables["GraphQLErrors"], variables["mine"]]).toEqual([{ errors }, errors, errors]);
  });
});

describe("a query alone, as application/graphql", () => {
  const alone = async (xml: string, body: string | Uint8Array, type = "application/graphql") =>
    (await world(xml)).send({
      method: "POST",
      url: "https://api.example/a/",
      body: Buffer.from(body),
      headers: { "Content-Type": type },
    });

  it.each(["application/graphql", "application/graphql; charset=utf-8", "Application/GraphQL"])("is taken: %s", async (type) => {
    const { status, backendCalls } = await alone(policy(), "{ users { name } }", type);
    expect([status, Buffer.from(backendCalls[0]!.body).toString()]).toEqual([200, "{ users { name } }"]);
  });

  it("stays a query when a field is removed", async () => {
    const { status, backendCalls } = await alone(policy(`<rule path="/User/mail" action="remove" />`), "{ users { name mail } }");
    expect([status, Buffer.from(backendCalls[0]!.body).toString().replace(/\s+/g, " ")]).toEqual([200, "{ users { name } }"]);
  });

  it.each([
    ["unknown to the schema", "{ nobody }", /Cannot query field/],
    ["no query", "users", /Syntax Error/],
    ["no UTF-8", Uint8Array.of(0x7b, 0xff, 0x7d), /no query in UTF-8/],
    ["empty", "", /Syntax Error/],
  ])("is refused if it is %s", async (_what, body, message) => {
    const { status, text, backendCalls } = await alone(policy(), body);
    expect([status, backendCalls.length]).toEqual([400, 0]);
    expect(text).toMatch(message);
  });

  it("is no query under another type", async () => {
    expect((await alone(policy(), "{ users { name } }", "text/plain")).status).toBe(400);
  });
});

describe("validate-graphql-request for several APIs", () => {
  const check = `<policies><inbound>${policy()}</inbound><backend><forward-request /></backend><outbound /><on-error /></policies>`;
  const people = {
    path: "people",
    type: "graphql",
    subscriptionRequired: false,
    serviceUrl: "https://people.example",
    schema: sdl,
  } as const;
  const shop = { ...people, path: "shop", schema: "type Query { orders: [Int] }" } as const;
  const sendTo = async (configuration: Parameters<typeof createGateway>[0], path: string, query: string) => {
    const gateway = await createGateway(configuration, {
      transport: () => Promise.resolve({ status: 204, reason: "", headers: new Headers(), body: null }),
    });
    const response = await gateway.handle({
      method: "POST",
      url: `https://api.example/${path}`,
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ query }),
    });
    return [response.status, await textOf(response)];
  };

  it("knows each by its own schema", async () => {
    const configuration = { policy: check, apis: { people, shop } };
    expect(await sendTo(configuration, "people", "{ users { name } }")).toEqual([204, ""]);
    expect(await sendTo(configuration, "shop", "{ orders }")).toEqual([204, ""]);
    expect((await sendTo(configuration, "shop", "{ users { name } }"))[0]).toBe(400);
  });

  it("takes the gateway's schema for an API without one, and fails by name where there is none: SchemaMissing", async () => {
    const { schema: _, ...bare } = people;
    const apis = { people: bare, shop };
    expect(await sendTo({ policy: check, apis, schemas: { graphql: { text: sdl } } }, "people", "{ users { name } }")).toEqual([
      204,
      "",
    ]);
    expect((await sendTo({ policy: check, apis }, "people", "{ users { name } }"))[0]).toBe(500);
  });
});
