import { checkDocument } from "@turnpike/core/tools";
import { describe, expect, it } from "vitest";
import { ask, getting, graphqlWorld, post, refusals } from "../graphql/support.js";
import { findings } from "./support.js";

const sdl = `
  type Query { user(id: ID!, tags: [String]): User, users: [User], text: String, raw: JSON, any: Pet }
  type Mutation { add(input: NewUser!): User }
  input NewUser { name: String!, age: Int }
  scalar JSON
  type User { id: ID, name: String, big: ID, count: Int, ratio: Float, orders: [Order] }
  type Order { number: Int }
  interface Pet { name: String }
  type Dog implements Pet { name: String, barks: Boolean }
  type Cat implements Pet { name: String }`;
const user = getting(`@($"https://users.example/{context.GraphQL.Arguments["id"]}")`);
const reply = (body: unknown, status = 200, headers: Record<string, string> = {}) => [{ reply: { status, body, headers } }];
const codes = (xml: string) => checkDocument(xml).diagnostics.map(({ severity, code }) => `${severity} ${code}`);
const source = (request: string, rest = "") =>
  `<http-data-source><http-request>${request}</http-request>${rest}</http-data-source>`;
const get = "<set-method>GET</set-method><set-url>https://a.example/</set-url>";

describe("the document of a resolver", () => {
  it.each([
    [source(get), []],
    [source("<set-url>https://a.example/</set-url>"), ["warning TP2011"]],
    [source("<set-method>GET</set-method>"), ["error TP2011"]],
    [source(`${get}<set-url>https://b.example/</set-url>`), ["error TP2011"]],
    [source(`${get}<rate-limit calls="1" renewal-period="1" />`), ["error TP2010"]],
    [source(`${get}<set-hedaer name="A"><value>a</value></set-hedaer>`), ["error TP2010"]],
    [source(`${get}<set-header><value>a</value></set-header>`), ["error TP2007"]],
    [source(get, "<http-response><choose /></http-response>"), ["error TP2010"]],
    [
      source(
        get,
        '<backend><forward-request timeout="5" /></backend><http-response><json-to-xml apply="always" /></http-response>',
      ),
      [],
    ],
    [source(`${get}<include-fragment fragment-id="x" />`), ["warning TP2014"]],
    [source(get.replace("https://a.example/", "@(1 + )")), ["error"]],
    ["<http-data-source />", ["error TP2011"]],
  ])("is checked: %s", (xml, expected) => {
    const found = codes(xml);
    expect(expected.every((wanted) => found.some((code) => code.startsWith(wanted)))).toBe(true);
    expect(found.filter((code) => code.startsWith("error")).length > 0).toBe(expected.some((code) => code.startsWith("error")));
  });

  it("is a resolver by its root", () => {
    expect(checkDocument(source(get)).kind).toBe("resolver");
    expect(checkDocument("<http-data-source>").kind).toBe("resolver");
  });

  it("cannot stand in a section", () => {
    expect(findings(source(get))).toEqual(["error TP2003"]);
    expect(findings("<set-url>https://a.example/</set-url>")).toEqual(["error TP2002"]);
  });

  it("is refused with its place where it is another document, or its field is not there", async () => {
    expect(await refusals(sdl, { "Query/users": "<policies />" })).toEqual([
      "TP0115 1 A resolver's document has one of the roots <http-data-source>, <sql-data-source>, <cosmosdb-data-source>, not <policies>.",
    ]);
    expect(await refusals(sdl, { "Query/nobody": user })).toEqual(["TP2107 1 The type Query has no field nobody."]);
    expect(await refusals(sdl, { "Nobody/name": user })).toEqual(["TP2107 1 The schema has no object type Nobody."]);
    expect(await refusals(sdl, { "Pet/name": user })).toEqual(["TP2107 1 The schema has no object type Pet."]);
    expect(await refusals(sdl, { "Query/users": getting("ftp://a") })).toEqual([
      "TP2008 1 Invalid URL 'ftp://a': expected an absolute http or https URL, or a path.",
    ]);
  });
});

describe("the call of a resolver", () => {
  it("has the field's arguments, as written, from variables and by default", async () => {
    const world = await graphqlWorld(
      "type Query { a(x: Int = 7, y: [String], z: In): String } input In { q: Float }",
      {
        "Query/a": getting(
          '@("https://a.example/?x=" + context.GraphQL.Arguments["x"] + "&y=" + context.GraphQL.Arguments["y"].Count() + "&z=" + (double)context.GraphQL.Arguments["z"]["q"] + "&n=" + (context.GraphQL.GraphQLArguments["nothing"] == null))',
        ),
      },
      { external: reply("ok") },
    );
    const { externalCalls } = await world.send(post('query($q: Float) { a(y: ["1", "2"], z: { q: $q }) }', { q: 1.5 }));
    expect(externalCalls.map(({ method, url }) => `${method} ${url}`)).toEqual(["GET https://a.example/?x=7&y=2&z=1.5&n=True"]);
  });

  it("has nothing of the caller's but what the document sets", async () => {
    const inbound = '<set-variable name="token" value="@(context.Request.Headers.GetValueOrDefault("Authorization"))" />';
    const world = await graphqlWorld(
      sdl,
      {
        "Query/users": source(
          `${get}<set-header name="X-Token" exists-action="override"><value>@((string)context.Variables["token"])</value></set-header>`,
        ),
      },
      {
        external: reply([]),
        api: {
          policy: `<policies><inbound><base />${inbound}</inbound><backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error></policies>`,
        },
      },
    );
    const { externalCalls } = await world.send(post("{ users { id } }", undefined, { Authorization: "Bearer x", Cookie: "a=b" }));
    expect(externalCalls.map(({ headers, body }) => [[...headers], body.length])).toEqual([[[["X-Token", "Bearer x"]], 0]]);
  });

  it("is posted with what a template or an expression makes of the arguments", async () => {
    const body = (set: string, header = "") =>
      source(`<set-method>POST</set-method><set-url>https://a.example/</set-url>${header}${set}`);
    const liquid = '<set-body template="liquid">{"n":"{{body.arguments.input.name}}"}</set-body>';
    const typed = '<set-header name="Content-Type" exists-action="override"><value>text/plain</value></set-header>';
    for (const [document, type, sent] of [
      [body(liquid), "application/json", '{"n":"Ann"}'],
      [body(liquid, typed), "text/plain", '{"n":"Ann"}'],
      [
        body('<set-body>@(context.GraphQL.Arguments["input"].ToString(Newtonsoft.Json.Formatting.None))</set-body>'),
        "application/json",
        '{"name":"Ann"}',
      ],
      [
        body('<set-body>@(context.Request.Body.As<JObject>()["arguments"]["input"]["name"] + "!")</set-body>'),
        "application/json",
        "Ann!",
      ],
    ] as const) {
      const world = await graphqlWorld(sdl, { "Mutation/add": document }, { external: reply({ id: 1 }) });
      const { externalCalls } = await world.send(post('mutation { add(input: { name: "Ann" }) { id } }'));
      expect(
        externalCalls.map((call) => [call.method, call.headers.get("Content-Type"), Buffer.from(call.body).toString()]),
      ).toEqual([["POST", type, sent]]);
    }
  });

  it.each(["../admin", "a/..%2fb", "..;x"])("does not leave its path for the argument %s", async (id) => {
    const world = await graphqlWorld(sdl, { "Query/user": user }, { external: reply({}) });
    const outcome = await world.send(post("query($id: ID!) { user(id: $id) { name } }", { id }));
    expect([outcome.externalCalls.length, outcome.json()]).toEqual([
      0,
      { errors: [{ message: "The field Query.user could not be resolved.", path: ["user"] }], data: { user: null } },
    ]);
  });

  it("includes fragments in place", async () => {
    const world = await graphqlWorld(
      sdl,
      {
        "Query/users": source(
          `${get}<include-fragment fragment-id="trace-id" />`,
          '<http-response><include-fragment fragment-id="empty" /></http-response>',
        ),
      },
      {
        external: reply([{ name: "Ann" }]),
        gateway: {
          fragments: {
            "trace-id": '<fragment><set-header name="X-Trace" exists-action="override"><value>on</value></set-header></fragment>',
            empty: "<fragment><set-body>[]</set-body></fragment>",
          },
        },
      },
    );
    const outcome = await world.send(post("{ users { name } }"));
    expect([outcome.json(), outcome.externalCalls[0]!.headers.get("X-Trace")]).toEqual([{ data: { users: [] } }, "on"]);
  });

  it("refuses a fragment that holds what cannot stand there, at its place", async () => {
    const found = await refusals(
      sdl,
      { "Query/users": source(`${get}<include-fragment fragment-id="limits" />`) },
      { gateway: { fragments: { limits: '<fragment><rate-limit calls="1" renewal-period="1" /></fragment>' } } },
    );
    expect(found).toEqual(["TP2010 1 <http-request> has no child <rate-limit>."]);
  });

  it("goes to a backend entity, with its credentials, and behind its path", async () => {
    const world = await graphqlWorld(
      sdl,
      {
        "Query/users": source(
          '<set-backend-service backend-id="crm" /><set-method>GET</set-method><set-url>/users?all=1</set-url>',
        ),
      },
      {
        backend: reply([{ name: "Ann" }]),
        gateway: { backends: { crm: { url: "https://crm.internal/v1", credentials: { header: { "X-Key": "k" } } } } },
      },
    );
    const outcome = await world.send(post("{ users { name } }"));
    expect(outcome.backendCalls.map(({ url, headers }) => [url, headers.get("X-Key")])).toEqual([
      ["https://crm.internal/v1/users?all=1", "k"],
    ]);
    expect(outcome.json()).toEqual({ data: { users: [{ name: "Ann" }] } });
  });

  it("takes the time that its forward-request gives it", async () => {
    const world = await graphqlWorld(
      sdl,
      { "Query/users": source(get, '<backend><forward-request timeout="2" /></backend>') },
      { backend: [{ reply: { delay: 5_000 } }] },
    );
    const outcome = await world.send(post("{ users { name } }"));
    expect([outcome.elapsed, outcome.backendCalls[0]!.url, outcome.json()]).toMatchObject([
      2_000,
      "https://a.example/",
      { data: { users: null } },
    ]);
  });
});

describe("the result of a resolver", () => {
  it.each([
    ["{ users { id name } }", "users", [{ id: 1, name: "Ann", more: true }], [{ id: "1", name: "Ann" }]],
    [
      "{ users { big count ratio } }",
      "users",
      '[{"big":9007199254740993,"count":3,"ratio":1.25}]',
      [{ big: "9007199254740993", count: 3, ratio: 1.25 }],
    ],
    ["{ users { name } }", "users", "", null],
    ["{ users { name } }", "users", "null", null],
    ["{ text }", "text", "just text", "just text"],
    ["{ text }", "text", '"quoted"', "quoted"],
    ["{ text }", "text", '{"a":1}', '{"a":1}'],
    ["{ raw }", "raw", '{"a":[1,9007199254740993],"__proto__":{"b":2}}', undefined],
    [
      "{ any { name ... on Dog { barks } } }",
      "any",
      { __typename: "Dog", name: "Rex", barks: true },
      { name: "Rex", barks: true },
    ],
  ])("is mapped to the field's type: %s", async (query, field, body, expected) => {
    const world = await graphqlWorld(sdl, { [`Query/${field}`]: getting("https://a.example/") }, { external: reply(body) });
    const outcome = await world.send(post(query));
    if (expected === undefined) expect(outcome.text).toBe(`{"data":{"${field}":${String(body)}}}`);
    else expect(outcome.json()).toEqual({ data: { [field]: expected } });
  });

  it("is what http-response makes of the answer, in document order", async () => {
    const world = await graphqlWorld(
      sdl,
      {
        "Query/users": getting(
          "https://a.example/",
          '<xml-to-json kind="direct" apply="always" consider-accept-header="false" /><find-and-replace from="ann" to="Ann" /><set-body>@(context.Response.Body.As<JObject>()["all"]["user"].ToString())</set-body>',
        ),
      },
      {
        external: reply("<all><user><name>ann</name></user><user><name>bo</name></user></all>", 200, {
          "Content-Type": "text/xml",
        }),
      },
    );
    expect(await ask(world, "{ users { name } }")).toEqual({ data: { users: [{ name: "Ann" }, { name: "bo" }] } });
  });

  it("is an error of the field where the service refuses, unless the document makes a result of it", async () => {
    const failing = await graphqlWorld(
      sdl,
      { "Query/users": getting("https://a.example/") },
      { external: reply({ secret: "x" }, 503) },
    );
    const outcome = await failing.send(post("{ users { name } text }"));
    expect(outcome.json()).toEqual({
      errors: [{ message: "The field Query.users could not be resolved.", path: ["users"] }],
      data: { users: null, text: null },
    });
    const handled = await graphqlWorld(
      sdl,
      {
        "Query/users": getting(
          "https://a.example/",
          '<set-body>@(context.Response.StatusCode == 404 ? "[]" : context.Response.Body.As<string>())</set-body>',
        ),
      },
      { external: reply({}, 404) },
    );
    expect(await ask(handled, "{ users { name } }")).toEqual({ data: { users: [] } });
  });

  it.each([
    ["no JSON", [{ reply: { body: "<html>" } }]],
    ["no answer", [{ fail: "refused" as const }]],
    ["no end", [{ reply: { chunks: ["[{"], breaks: true } }]],
  ])("is an error of the field where there is %s", async (_what, external) => {
    const world = await graphqlWorld(sdl, { "Query/users": getting("https://a.example/") }, { external });
    expect(await ask(world, "{ users { name } }")).toMatchObject({ data: { users: null }, errors: [{ path: ["users"] }] });
  });

  it("is seen by the resolvers of its own fields", async () => {
    const world = await graphqlWorld(
      sdl,
      {
        "Query/users": getting("https://a.example/users"),
        "User/orders": getting('@("https://a.example/orders/" + context.GraphQL.Parent["key"])'),
      },
      {
        external: [
          { when: { url: "https://a.example/users" }, reply: { body: [{ key: "k1" }, { key: "k2" }] } },
          { when: { url: "https://a.example/orders/k1" }, reply: { body: [{ number: 1 }] } },
          { when: { url: "https://a.example/orders/k2" }, reply: { body: [] } },
        ],
      },
    );
    expect(await ask(world, "{ users { orders { number } } }")).toEqual({
      data: { users: [{ orders: [{ number: 1 }] }, { orders: [] }] },
    });
  });

  it("tells operators why it failed: BackendErrorStatusCode, BackendConnectionFailure", async () => {
    const lines: string[] = [];
    const world = await graphqlWorld(
      sdl,
      { "Query/users": getting("https://a.example/users"), "Query/text": getting("https://a.example/text") },
      { external: [{ when: { url: "https://a.example/users" }, reply: { status: 500 } }, { fail: "refused" }] },
    );
    const response = await world.gateway.handle(
      { ...post("{ users { name } text }") },
      {
        onOutcome: ({ errors }) => lines.push(...errors.map(({ source, reason, policyId }) => `${source} ${reason} ${policyId}`)),
      },
    );
    expect(response.status).toBe(200);
    expect(lines.sort()).toEqual([
      "http-data-source BackendConnectionFailure Query-text",
      "http-data-source BackendErrorStatusCode Query-users",
    ]);
  });
});
