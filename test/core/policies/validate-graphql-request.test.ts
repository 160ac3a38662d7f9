import { describe, expect, it } from "vitest";
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
});
