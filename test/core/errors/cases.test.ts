import { describe, expect, it } from "vitest";
import type { GatewayConfiguration } from "#core/config/configuration.js";
import { TransportError } from "#core/http/transport.js";
import type { LastError } from "#core/policy/exchange.js";
import { errorsOf, gatewayOf, policies, type Reply, ran } from "../run/gateway.js";

/** Documents that say which scopes' on-error ran, and that outbound did. */
const scope = (name: string, inbound = "", outbound = ""): string =>
  policies({
    inbound: `<base />${inbound}`,
    backend: name === "global" ? "<forward-request timeout='5' />" : "<base />",
    outbound: `<base />${outbound}${ran(`${name}-outbound`)}`,
    "on-error": `<base />${ran(name)}`,
  });
const operations = { get: { method: "GET", urlTemplate: "/x" }, post: { method: "POST", urlTemplate: "/x" } };
const api = (path: string, more: object = {}) => ({
  path,
  serviceUrl: `https://${path}.internal`,
  policy: scope("api"),
  operations: { ...operations, get: { ...operations.get, policy: scope("operation") } },
  ...more,
});

const configuration: GatewayConfiguration = {
  policy: scope("global"),
  workspaces: { w: { policy: scope("workspace") } },
  apis: {
    free: api("free", { subscriptionRequired: false }),
    locked: api("locked"),
    other: api("other"),
    opened: api("opened"),
    inner: api("inner", { workspace: "w", subscriptionRequired: false }),
    secure: api("secure", { subscriptionRequired: false, protocols: ["http"] }),
    versioned: api("versioned", {
      subscriptionRequired: false,
      versioning: { scheme: "segment", version: "v1" },
      revisions: { "2": { isOnline: false }, "3": {} },
    }),
    dated: api("dated", {
      subscriptionRequired: false,
      versioning: { scheme: "query", versionQueryName: "v", version: "1" },
    }),
  },
  products: {
    gold: { apis: ["locked", "opened"], policy: scope("product") },
    open: { apis: ["opened"], subscriptionRequired: false, policy: scope("open") },
  },
  users: { mallory: { state: "blocked" } },
  subscriptions: {
    good: { scope: "product/gold", primaryKey: "good" },
    other: { scope: "api/other", primaryKey: "other" },
    blocked: { scope: "all", primaryKey: "blocked", user: "mallory" },
    ...Object.fromEntries(
      (["suspended", "expired", "cancelled", "rejected", "submitted"] as const).map((state) => [
        state,
        { scope: "all", primaryKey: state, state },
      ]),
    ),
  },
};

const key = (value: string) => ({ "Ocp-Apim-Subscription-Key": value });
const builtIn = { scope: null, section: null, path: null, policyId: null };
const notFound = {
  ...builtIn,
  source: "configuration",
  reason: "OperationNotFound",
  message: "Unable to match incoming request to an operation.",
  status: 404,
} satisfies LastError;
const missing = {
  ...builtIn,
  source: "authorization",
  reason: "SubscriptionKeyNotFound",
  message:
    "Access denied due to missing subscription key. Make sure to include subscription key when making requests to this API.",
  status: 401,
} satisfies LastError;
const invalid = {
  ...builtIn,
  source: "authorization",
  reason: "SubscriptionKeyInvalid",
  message: "Access denied due to invalid subscription key. Make sure to provide a valid key for an active subscription.",
  status: 401,
} satisfies LastError;

describe("requests that nothing answers", () => {
  it.each([
    ["an unknown API", "GET", "/nowhere/x", "global"],
    ["a known API, an unknown path", "GET", "/free/y", "global,api"],
    ["a known path, a wrong method", "DELETE", "/free/x", "global,api"],
    ["an API of a workspace, an unknown path", "GET", "/inner/y", "global,workspace,api"],
    ["an API that needs a key, an unknown path", "GET", "/locked/y", "global,api"],
    ["an unknown version in a segment", "GET", "/versioned/v9/x", "global"],
    ["no version", "GET", "/versioned/x", "global"],
    ["an unknown version in the query", "GET", "/dated/x?v=9", "global"],
    ["an unknown revision", "GET", "/versioned/v1;rev=9/x", "global"],
    ["an offline revision", "GET", "/versioned/v1;rev=2/x", "global"],
    ["an unknown path of a known revision", "GET", "/versioned/v1;rev=3/y", "global,api"],
    ["another protocol", "GET", "/secure/x", "global"],
  ])("%s: 404, with the on-error of what is known", async (_, method, path, scopes) => {
    const { send } = await gatewayOf(configuration);
    const { status, reason, headers, body, exchange, sent } = await send(path, { method });
    expect([status, reason, sent]).toEqual([404, "Resource Not Found", []]);
    expect(JSON.parse(body)).toEqual({ statusCode: 404, message: "Resource not found" });
    expect([headers.get("content-type"), headers.get("allow")]).toEqual(["application/json", null]);
    expect(exchange.lastError).toEqual(notFound);
    expect(headers.getAll("x-ran").join(",")).toBe(scopes);
    expect([exchange.operation, exchange.product]).toEqual([null, null]);
  });

  it("an API's on-error can make a 405 of a wrong method", async () => {
    const shaped = policies({ "on-error": `<set-status code="405" reason="Method Not Allowed" /><set-body>no</set-body>` });
    const { send } = await gatewayOf({ apis: { a: { path: "a", policy: shaped, operations } } });
    expect(await send("/a/x", { method: "PUT" })).toMatchObject({ status: 405, reason: "Method Not Allowed", body: "no" });
  });

  it("a URL that is none is refused before policies", async () => {
    const { gateway } = await gatewayOf(configuration);
    const { status, headers, body } = await gateway.handle({ method: "GET", url: "nonsense", headers: {} });
    expect([status, headers.get("x-ran")]).toEqual([400, null]);
    expect(JSON.parse(Buffer.from(body as Uint8Array).toString())).toEqual({ statusCode: 400, message: "Bad request" });
  });
});

describe("keys", () => {
  const challenge = (path: string): string =>
    `AzureApiManagementKey realm="https://gateway.example/${path}",name="Ocp-Apim-Subscription-Key",type="header"`;
  const missingBody =
    "Access denied due to missing subscription key. Make sure to include subscription key when making requests to an API.";

  it.each<[string, string, Record<string, string>, LastError, string]>([
    ["none", "/locked/x", {}, missing, missingBody],
    ["an empty one", "/locked/x", key(""), missing, missingBody],
    ["an unknown one", "/locked/x", key("guess"), invalid, invalid.message],
    ["one of another API", "/locked/x", key("other"), invalid, invalid.message],
    ["one of another API, with an open product", "/opened/x", key("other"), invalid, invalid.message],
    ["one whose owner is blocked", "/locked/x", key("blocked"), invalid, invalid.message],
    ...["suspended", "expired", "cancelled", "rejected", "submitted"].map(
      (state): [string, string, Record<string, string>, LastError, string] => [
        `one of a ${state} subscription`,
        "/locked/x",
        key(state),
        invalid,
        invalid.message,
      ],
    ),
  ])("%s: 401, with the on-error of all but the product", async (_, path, headers, error, message) => {
    const { send } = await gatewayOf(configuration);
    const outcome = await send(path, { headers });
    expect([outcome.status, outcome.reason, outcome.sent]).toEqual([401, "Access Denied", []]);
    expect(JSON.parse(outcome.body)).toEqual({ statusCode: 401, message });
    expect(outcome.headers.get("www-authenticate")).toBe(challenge(path.split("/")[1]!));
    expect(outcome.exchange.lastError).toEqual(error);
    expect(outcome.headers.getAll("x-ran").join(",")).toBe("global,api,operation");
    expect([outcome.exchange.subscription, outcome.exchange.product]).toEqual([null, null]);
  });

  it.each([
    ["a fitting key", "/locked/x", key("good"), "gold"],
    ["no key, an open product", "/opened/x", {}, "open"],
    ["an unknown key, an open product", "/opened/x", key("guess"), "open"],
    ["a key of a suspended subscription, an open product", "/opened/x", key("suspended"), "open"],
    ["no key, an API that needs none", "/free/x", {}, null],
    ["an unknown key, an API that needs none", "/free/x", key("guess"), null],
    ["a key of another API, an API that needs none", "/free/x", key("other"), null],
  ])("%s passes", async (_, path, headers, product) => {
    const { send } = await gatewayOf(configuration);
    const { status, exchange } = await send(path, { headers });
    expect([status, exchange.product?.id ?? null, exchange.lastError]).toEqual([200, product, null]);
  });
});

describe("backends", () => {
  const all = "global,api,operation";

  it.each<[string, Reply, number, string, string, object]>([
    [
      "refuses",
      () => Promise.reject(new TransportError("connection", "refused")),
      502,
      "Bad Gateway",
      "BackendConnectionFailure",
      { message: "Internal server error" },
    ],
    [
      "is too slow",
      () => Promise.reject(new TransportError("timeout", "slow")),
      504,
      "Gateway Timeout",
      "Timeout",
      { message: "Internal server error" },
    ],
  ])("that %s", async (_, reply, status, reasonPhrase, reason, body) => {
    const { send } = await gatewayOf(configuration, reply);
    const outcome = await send("/free/x");
    expect([outcome.status, outcome.reason]).toEqual([status, reasonPhrase]);
    expect(JSON.parse(outcome.body)).toEqual({ statusCode: status, ...body, activityId: outcome.exchange.requestId });
    expect(outcome.exchange.lastError).toMatchObject({
      source: "forward-request",
      reason,
      section: "backend",
      scope: "global",
      path: "forward-request[1]",
      status,
    });
    expect(outcome.headers.getAll("x-ran").join(",")).toBe(all);
  });

  it.each([404, 500])("that answers %i is no error: outbound runs", async (status) => {
    const { send } = await gatewayOf(configuration, () => ({ status }));
    const outcome = await send("/free/x");
    expect([outcome.status, outcome.exchange.lastError]).toEqual([status, null]);
    expect(outcome.headers.getAll("x-ran").join(",")).toBe("global-outbound,api-outbound,operation-outbound");
  });

  it("that answers 500 is an error where forward-request says so", async () => {
    const strict = policies({ backend: '<forward-request fail-on-error-status-code="true" />', "on-error": ran("global") });
    const { send } = await gatewayOf({ ...configuration, policy: strict }, () => ({ status: 503 }));
    const outcome = await send("/free/x");
    expect(outcome.exchange.lastError).toMatchObject({ source: "forward-request", section: "backend" });
    expect(outcome.headers.getAll("x-ran").join(",")).toBe(all);
  });

  it("whose circuit is open: 503 without a call; of a pool the next member, then 503", async () => {
    const circuitBreaker = {
      rules: [
        { failureCondition: { count: 1, interval: "PT1M", statusCodeRanges: [{ min: 500, max: 599 }] }, tripDuration: "PT1M" },
      ],
    };
    const { send } = await gatewayOf(
      {
        ...configuration,
        backends: {
          one: { url: "https://one.internal", circuitBreaker },
          two: { url: "https://two.internal", circuitBreaker },
          pool: { pool: { services: [{ backend: "one" }, { backend: "two" }] } },
        },
        apis: {
          free: api("free", { subscriptionRequired: false, policy: scope("api", `<set-backend-service backend-id="pool" />`) }),
        },
        products: {},
        subscriptions: {},
      },
      () => ({ status: 500 }),
    );
    const first = await send("/free/x");
    const second = await send("/free/x");
    expect([first.status, second.status, new Set([...first.sent, ...second.sent].map((sent) => sent.url)).size]).toEqual([
      500, 500, 2,
    ]);
    const third = await send("/free/x");
    expect([third.status, third.reason, third.sent]).toEqual([503, "Service Unavailable", []]);
    expect(JSON.parse(third.body)).toEqual({ statusCode: 503, message: "Service unavailable" });
    expect(third.exchange.lastError).toMatchObject({
      source: "forward-request",
      reason: "BackendCircuitOpen",
      section: "backend",
      status: 503,
    });
    expect(third.headers.getAll("x-ran").join(",")).toBe(all);
  });

  it("that do not exist, as fragments and named values, are refused at load; an id from an expression fails with 500", async () => {
    const withInbound = (inbound: string): GatewayConfiguration => ({
      apis: { a: { path: "a", policy: policies({ inbound }) } },
    });
    expect(await errorsOf(withInbound(`<set-backend-service backend-id="gone" />`))).toEqual([expect.stringContaining("gone")]);
    expect(await errorsOf(withInbound(`<include-fragment fragment-id="gone" />`))).toEqual([
      expect.stringContaining("There is no fragment gone."),
    ]);
    expect(await errorsOf(withInbound(`<set-variable name="a" value="{{gone}}" />`))).toEqual([expect.stringContaining("gone")]);
    const { send } = await gatewayOf({
      ...configuration,
      apis: {
        free: api("free", {
          subscriptionRequired: false,
          policy: scope("api", `<set-backend-service backend-id="@("go" + "ne")" />`),
        }),
      },
      products: {},
      subscriptions: {},
    });
    const outcome = await send("/free/x");
    expect([outcome.status, outcome.sent]).toEqual([500, []]);
    expect(JSON.parse(outcome.body)).toMatchObject({ statusCode: 500, message: "Internal server error" });
    expect(outcome.exchange.lastError).toMatchObject({ source: "set-backend-service", section: "inbound", scope: "api" });
    expect(outcome.headers.getAll("x-ran").join(",")).toBe(all);
  });
});

describe("bodies and callers", () => {
  const validating = (action: string): GatewayConfiguration => ({
    policy: scope("global"),
    apis: {
      free: api("free", {
        subscriptionRequired: false,
        policy: scope(
          "api",
          `<validate-content unspecified-content-type-action="ignore" max-size="10" size-exceeded-action="${action}" errors-variable-name="errors"><content type="text/plain" validate-as="json" action="ignore" /></validate-content>`,
        ),
      }),
    },
  });
  const post = { method: "POST", body: "x".repeat(20), headers: { "Content-Type": "text/plain" } };

  it("over a validation limit: prevent is a 400, detect lets it pass", async () => {
    const prevented = await (await gatewayOf(validating("prevent"))).send("/free/x", post);
    expect([prevented.status, prevented.sent]).toEqual([400, []]);
    expect(prevented.exchange.lastError).toMatchObject({
      source: "validate-content",
      section: "inbound",
      scope: "api",
      status: 400,
    });
    expect(prevented.headers.getAll("x-ran").join(",")).toBe("global,api");
    const detected = await (await gatewayOf(validating("detect"))).send("/free/x", post);
    expect([detected.status, detected.sent.length, detected.exchange.lastError]).toEqual([200, 1, null]);
  });

  it("over what may be buffered: 413", async () => {
    const reading = scope("api", `<set-variable name="b" value="@(context.Request.Body.As&lt;string>(true))" />`);
    const { send } = await gatewayOf(
      { policy: scope("global"), apis: { free: api("free", { subscriptionRequired: false, policy: reading }) } },
      undefined,
      { bodyLimit: 10 },
    );
    const outcome = await send("/free/x", { ...post, body: new Blob([post.body]).stream() });
    expect([outcome.status, outcome.sent]).toEqual([413, []]);
    expect(JSON.parse(outcome.body)).toEqual({ statusCode: 413, message: "Request entity too large" });
    expect(outcome.exchange.lastError).toMatchObject({
      source: "set-variable",
      reason: "RequestEntityTooLarge",
      section: "inbound",
      status: 413,
    });
    expect(outcome.headers.getAll("x-ran").join(",")).toBe("global,api");
  });

  it("a caller that goes away: policies stop, on-error runs for nobody", async () => {
    const caller = new AbortController();
    const { send } = await gatewayOf(configuration, async (request) => {
      caller.abort();
      await Promise.resolve();
      expect(request.signal.aborted).toBe(true);
      throw new TransportError("aborted", "The client closed the connection.");
    });
    const outcome = await send("/free/x", { signal: caller.signal });
    expect([outcome.status, outcome.exchange.lastError?.reason]).toEqual([499, "ClientConnectionFailure"]);
    expect(outcome.headers.getAll("x-ran").join(",")).toBe("global,api,operation");
  });
});
