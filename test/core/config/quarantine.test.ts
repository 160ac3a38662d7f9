import { ConfigurationError, createGateway, type Gateway, type GatewayConfiguration } from "@turnpike/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

/** APIs that answer by themselves, each with what only it needs, so that a fault shows who depends on it. */
function estate(): Mutable {
  const answers = (name: string, inside = "") =>
    `<policies><inbound><base />${inside}<return-response><set-status code="200" /><set-body>${name}</set-body></return-response></inbound><backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error></policies>`;
  return {
    namedValues: { greeting: "hello", unused: "x" },
    fragments: { mark: '<fragment><set-variable name="m" value="1" /></fragment>' },
    backends: { main: { url: "http://127.0.0.1:9" }, spare: { url: "http://127.0.0.1:10" } },
    schemas: { order: JSON.stringify({ type: "object" }) },
    loggers: { events: { type: "azureEventHub" } },
    users: { alice: { email: "alice@a.example" } },
    products: { open: { name: "Open", subscriptionRequired: false, apis: ["sold"] } },
    subscriptions: { sub: { scope: "all", user: "alice", primaryKey: "key-1" } },
    apis: {
      plain: api("plain", answers("plain")),
      named: api("named", answers("named", '<set-variable name="g" value="{{greeting}}" />')),
      marked: api("marked", answers("marked", '<include-fragment fragment-id="mark" />')),
      backed: api("backed", answers("backed", '<set-backend-service backend-id="main" />')),
      sold: { ...api("sold", answers("sold")), subscriptionRequired: true },
      parts: {
        path: "parts",
        subscriptionRequired: false,
        operations: {
          one: { method: "GET", urlTemplate: "/one", policy: answers("one") },
          two: { method: "GET", urlTemplate: "/two", policy: answers("two") },
        },
      },
    },
    workspaces: { team: { apis: { inner: api("inner", answers("inner")) } } },
  };
}

interface Mutable {
  [key: string]: unknown;
}

function api(path: string, policy: string): Mutable {
  return {
    path,
    subscriptionRequired: false,
    policy,
    operations: { get: { method: "GET", urlTemplate: "/" } },
  };
}

const paths = ["plain", "named", "marked", "backed", "sold", "parts/one", "parts/two", "inner"];

/** What each path answers: its text for 200, else the status. */
async function answersOf(gateway: Gateway): Promise<Record<string, string | number>> {
  const answers: Record<string, string | number> = {};
  for (const path of paths) {
    const { status, body } = await gateway.handle({ method: "GET", url: `https://a.example/${path}`, headers: {} });
    answers[path] = status === 200 ? Buffer.from(body as Uint8Array).toString() : status;
  }
  return answers;
}

const whole = Object.fromEntries(paths.map((path) => [path, path.split("/").at(-1)!]));

/** The estate with something else at a path of keys. */
function broken(path: readonly (string | number)[], value: unknown): GatewayConfiguration {
  const data = estate();
  let part = data as Record<string | number, unknown>;
  for (const key of path.slice(0, -1)) part = (part[key] ??= {}) as Record<string | number, unknown>;
  const last = path.at(-1)!;
  if (value === undefined) delete part[last];
  else part[last] = value;
  return data as GatewayConfiguration;
}

async function lenient(configuration: GatewayConfiguration) {
  const gateway = await createGateway(configuration, { lenient: true });
  const answers = await answersOf(gateway);
  const setAside = gateway.setAside.map(({ kind, id }) => `${kind} ${id}`).sort();
  await gateway.close();
  return { answers, setAside };
}

const NOT_XML = "<policies><inbound></policies>";
const NO_POLICY = "<policies><inbound><no-such-policy /></inbound></policies>";
const FAULTY = "<policies><inbound><set-variable name='a' value='@(nobody)' /></inbound></policies>";

type Fault = [
  what: string,
  path: readonly (string | number)[],
  value: unknown,
  setAside: string[],
  unserved: Record<string, number | string>,
];

const faults: Fault[] = [
  ["an API's policy that is not XML", ["apis", "plain", "policy"], NOT_XML, ["API plain"], { plain: 503 }],
  ["an API's policy with an unknown element", ["apis", "plain", "policy"], NO_POLICY, ["API plain"], { plain: 503 }],
  [
    "an API's policy with an expression that does not compile",
    ["apis", "plain", "policy"],
    FAULTY,
    ["API plain"],
    { plain: 503 },
  ],
  [
    "an API's policy in a file that is not there",
    ["apis", "plain", "policy"],
    { file: "nowhere.xml" },
    ["API plain"],
    { plain: 503 },
  ],
  ["an API's backend that is no URL", ["apis", "plain", "serviceUrl"], "nowhere", ["API plain"], { plain: 503 }],
  ["an API without a path", ["apis", "plain", "path"], undefined, ["API plain"], { plain: 404 }],
  ["an API whose path is no path", ["apis", "plain", "path"], "a?b", ["API plain"], { plain: 404 }],
  ["an API at the path of another", ["apis", "plain", "path"], "named", ["API named"], { plain: 404, named: "plain" }],
  ["an unknown key of an API", ["apis", "plain", "colour"], "red", ["API plain"], { plain: 503 }],
  ["an API that is no mapping", ["apis", "plain"], 7, ["API plain"], { plain: 404 }],
  ["a key of an API of the wrong kind", ["apis", "plain", "subscriptionRequired"], "perhaps", ["API plain"], { plain: 503 }],
  ["an OpenAPI document that is none", ["apis", "plain", "openapi"], "swagger: maybe", ["API plain"], { plain: 503 }],
  ["versions by nothing", ["apis", "plain", "versioning"], { scheme: "query", set: "s" }, ["API plain"], { plain: 404 }],
  [
    "an operation's policy",
    ["apis", "parts", "operations", "one", "policy"],
    NO_POLICY,
    ["operation parts/one"],
    { "parts/one": 503 },
  ],
  [
    "an operation's template",
    ["apis", "parts", "operations", "one", "urlTemplate"],
    "/{a",
    ["operation parts/one"],
    { "parts/one": 404 },
  ],
  [
    "an operation's method",
    ["apis", "parts", "operations", "one", "method"],
    "G T",
    ["operation parts/one"],
    { "parts/one": 404 },
  ],
  [
    "a named value that two say differently",
    ["namedValues", "greeting"],
    { value: "a", env: "B" },
    ["API named", "named value greeting"],
    { named: 503 },
  ],
  [
    "a named value that nothing uses",
    ["namedValues", "unused"],
    { env: "TURNPIKE_NOT_SET_ANYWHERE" },
    ["named value unused"],
    {},
  ],
  ["a named value of the wrong kind", ["namedValues", "greeting"], [1], ["API named", "named value greeting"], { named: 503 }],
  [
    "a fragment",
    ["fragments", "mark"],
    "<fragment><no-such-policy /></fragment>",
    ["API marked", "fragment mark"],
    { marked: 503 },
  ],
  ["a fragment that is not XML", ["fragments", "mark"], "<fragment>", ["API marked", "fragment mark"], { marked: 503 }],
  ["a fragment that nothing includes", ["fragments", "other"], NOT_XML, ["fragment other"], {}],
  ["a backend", ["backends", "main", "url"], "nowhere", ["API backed", "backend main"], { backed: 503 }],
  ["a backend without an address", ["backends", "spare"], {}, ["backend spare"], {}],
  ["a schema", ["schemas", "order"], 7, ["schema order"], {}],
  ["a logger", ["loggers", "events"], [], ["logger events"], {}],
  ["a product's policy", ["products", "open", "policy"], NO_POLICY, ["product open"], { sold: 503 }],
  [
    "an API that a product names and that is not there",
    ["products", "open", "apis"],
    ["nothing", "sold"],
    ["reference product open, API 1"],
    {},
  ],
  ["a subscription's scope", ["subscriptions", "sub", "scope"], "galaxy", ["subscription sub"], {}],
  ["a subscription's user", ["subscriptions", "sub", "user"], "nobody", ["subscription sub"], {}],
  ["a user of the wrong kind", ["users", "alice"], 7, ["subscription sub", "user alice"], {}],
  ["a workspace's API", ["workspaces", "team", "apis", "inner", "policy"], NO_POLICY, ["API team:inner"], { inner: 503 }],
  ["a workspace's policy", ["workspaces", "team", "policy"], NO_POLICY, ["workspace team"], { inner: 503 }],
];

describe("a lenient gateway serves the rest of a configuration with", () => {
  it.each(faults)("%s", async (_what, path, value, setAside, unserved) => {
    expect(await lenient(broken(path, value))).toEqual({ answers: { ...whole, ...unserved }, setAside });
  });

  it("a global policy that cannot be used, of which nothing is", async () => {
    const { answers, setAside } = await lenient(broken(["policy"], NO_POLICY));
    expect([new Set(Object.values(answers)), setAside]).toEqual([new Set([503]), ["global policy policy"]]);
  });

  it("random faults of random entities, which answer as before without them", async () => {
    const places: (readonly (string | number)[])[] = [
      ...["plain", "named", "marked", "backed", "sold"].flatMap((id) =>
        ["path", "policy", "serviceUrl", "protocols", "type"].map((key) => ["apis", id, key]),
      ),
      ...["one", "two"].flatMap((id) =>
        ["method", "urlTemplate", "policy"].map((key) => ["apis", "parts", "operations", id, key]),
      ),
      ["fragments", "mark"],
      ["namedValues", "greeting"],
      ["backends", "main"],
      ["backends", "main", "url"],
      ["products", "open"],
      ["products", "open", "policy"],
      ["subscriptions", "sub"],
      ["workspaces", "team", "apis", "inner", "policy"],
      ["workspaces", "team", "apis", "inner"],
      ["loggers", "events"],
    ];
    const values = [7, "", "nowhere", NOT_XML, NO_POLICY, FAULTY, [], [null], {}, { file: "nowhere.xml" }, { a: 1 }, true];
    /** Who may answer otherwise if the entity at a path is broken. */
    const dependents: Record<string, string[]> = {
      greeting: ["named"],
      mark: ["marked"],
      main: ["backed"],
      open: ["sold"],
      sub: [],
      events: [],
    };
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...places), fc.constantFrom(...values), async (path, value) => {
        const { answers } = await lenient(broken(path, value));
        const inner = path[0] === "workspaces" ? path.slice(2) : path;
        const concerned = dependents[inner[1]!] ?? [inner[2] === "operations" ? `parts/${inner[3]}` : String(inner[1])];
        for (const name of paths)
          if (!concerned.includes(name)) expect([name, answers[name]]).toEqual([name, whole[name]]);
          else expect([whole[name], 503, 404, 401, 405, 500]).toContain(answers[name]);
      }),
      { numRuns: Number(process.env["TURNPIKE_FAULTS"] ?? 150) },
    );
  }, 120_000);
});

describe("what is set aside", () => {
  it("does not lend its name to a key: a subscription whose named value has none opens nothing", async () => {
    const data = broken(["namedValues", "greeting"], { env: "TURNPIKE_NOT_SET_ANYWHERE" }) as Mutable;
    data["subscriptions"] = { sub: { scope: "all", primaryKey: "{{greeting}}" } };
    (data["products"] as Record<string, Mutable>)["open"]!["apis"] = [];
    const gateway = await createGateway(data as GatewayConfiguration, { lenient: true });
    const headers = { "Ocp-Apim-Subscription-Key": "{{greeting}}" };
    const { status } = await gateway.handle({ method: "GET", url: "https://a.example/sold", headers });
    expect([status, gateway.setAside.map(({ kind, id }) => `${kind} ${id}`)]).toEqual([
      401,
      ["named value greeting", "subscription sub", "API named"],
    ]);
  });

  it("tells the operator why, and the caller nothing", async () => {
    const gateway = await createGateway(broken(["apis", "plain", "policy"], NO_POLICY), { lenient: true });
    let message: string | undefined;
    const { body } = await gateway.handle(
      { method: "GET", url: "https://a.example/plain", headers: {} },
      { observe: ({ lastError }) => (message = lastError?.message) },
    );
    expect(JSON.parse(Buffer.from(body as Uint8Array).toString())).toMatchObject({
      statusCode: 503,
      message: "Service unavailable",
    });
    expect(message).toMatch(/^The API plain is set aside: .* TP2002 There is no policy no-such-policy/);
  });

  it("is logged with the operation that the request came to", async () => {
    const policy = "<policies><inbound><no-such-policy /></inbound></policies>";
    const operations = { broken: { method: "GET", urlTemplate: "/x", policy } };
    const seen: (string | null)[][] = [];
    const gateway = await createGateway(
      { apis: { a: { path: "a", subscriptionRequired: false, serviceUrl: "https://b.example", operations } } },
      { lenient: true, onOutcome: ({ api, operation, error }) => seen.push([api, operation, error?.reason ?? null]) },
    );
    await gateway.handle({ method: "GET", url: "https://a.example/a/x", headers: {} });
    await gateway.close();
    expect(seen).toEqual([["a", "broken", "EntitySetAside"]]);
  });

  it("stays in force as it was when it breaks later, and is told of", async () => {
    const gateway = await createGateway(estate() as GatewayConfiguration, { lenient: true });
    await expect(gateway.update(broken(["apis", "plain", "policy"], NO_POLICY))).rejects.toThrow(ConfigurationError);
    expect(await answersOf(gateway)).toEqual(whole);
  });

  it("does not keep other changes from coming into force", async () => {
    const gateway = await createGateway(broken(["apis", "plain", "policy"], NO_POLICY), { lenient: true });
    const next = broken(["apis", "plain", "policy"], NO_POLICY) as GatewayConfiguration & { apis: object };
    ((next.apis as Record<string, Mutable>)["named"] as Mutable)["path"] = "renamed";
    await gateway.update(next);
    expect(await answersOf(gateway)).toEqual({ ...whole, plain: 503, named: 404 });
    await gateway.update(estate() as GatewayConfiguration);
    expect([await answersOf(gateway), gateway.setAside]).toEqual([whole, []]);
  });

  it("refuses the whole where the gateway is not lenient", async () => {
    await expect(createGateway(broken(["apis", "plain", "policy"], NO_POLICY))).rejects.toThrow(ConfigurationError);
  });
});
