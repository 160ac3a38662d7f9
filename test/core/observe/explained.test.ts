import { createHmac, generateKeyPairSync } from "node:crypto";
import {
  createGateway,
  type GatewayConfiguration,
  type GatewayOutcome,
  type GatewayRequest,
  Headers,
  type TraceDocument,
  type TracedStep,
  TransportError,
} from "@turnpike/core";
import { accessLogRecord } from "@turnpike/core/adapter";
import { describe, expect, it } from "vitest";

const key = Buffer.from("not-a-real-key-but-long-enough-for-HS256-0001");
const part = (data: object): string => Buffer.from(JSON.stringify(data)).toString("base64url");
function token(claims: object, head: object = { alg: "HS256" }): string {
  const content = `${part({ ...head, typ: "JWT" })}.${part(claims)}`;
  return `${content}.${createHmac("sha256", key).update(content).digest("base64url")}`;
}
const fresh = { iss: "https://login.example", aud: "api://a", exp: 4_000_000_000, role: "clerk" };
const jwt = (inner = ""): string => `<validate-jwt header-name="Authorization" require-scheme="Bearer">
  <issuer-signing-keys><key>${key.toString("base64")}</key></issuer-signing-keys>
  <audiences><audience>api://a</audience></audiences><issuers><issuer>https://login.example</issuer></issuers>${inner}</validate-jwt>`;
const bearer = (claims: object) => ({ Authorization: `Bearer ${token(claims)}` });

/** What a model, a safety service and an OpenID provider say, in one: ten tokens, hate in the prompt, one key. */
const MODEL_ANSWER = JSON.stringify({
  issuer: "https://login.example",
  jwks_uri: "https://login.example/keys",
  keys: [{ ...generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey.export({ format: "jwk" }), kid: "k1" }],
  usage: { prompt_tokens: 4, completion_tokens: 6, total_tokens: 10 },
  categoriesAnalysis: [{ category: "Hate", severity: 6 }],
});

/** What one request comes to: inbound of its API, headers, and what the backend does. */
async function explained(
  inbound: string,
  headers: Record<string, string> = {},
  more: Partial<GatewayConfiguration> & {
    request?: Partial<GatewayRequest>;
    times?: number;
    /** The backend answers JSON, as a model and a safety service do. */
    json?: boolean;
    backend?: () => Promise<never>;
  } = {},
) {
  const { request, times = 1, backend, json = false, ...configuration } = more;
  const outcomes: GatewayOutcome[] = [];
  const logged: { level: string; fields: Record<string, unknown>; message: string }[] = [];
  const log = (level: string) => (fields: object, message: string) =>
    void logged.push({ level, fields: fields as Record<string, unknown>, message });
  const gateway = await createGateway(
    {
      apis: {
        a: {
          path: "a",
          subscriptionRequired: false,
          serviceUrl: "https://backend.example",
          policy: `<policies><inbound><base />${inbound}</inbound><backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error></policies>`,
          operations: { list: { method: "GET", urlTemplate: "/x" } },
        },
      },
      ...configuration,
    },
    {
      transport:
        backend ??
        (() =>
          Promise.resolve({
            status: 200,
            reason: "OK",
            headers: new Headers(json ? [["Content-Type", "application/json"]] : []),
            body: Buffer.from(json ? MODEL_ANSWER : "fine"),
          })),
      logger: { debug: log("debug"), info: log("info"), warn: log("warn"), error: log("error") },
      onOutcome: (outcome) => void outcomes.push(outcome),
    },
  );
  let trace: TraceDocument | undefined;
  for (let i = 0; i < times; i++)
    ({ trace } = await gateway.handle(
      { method: "GET", url: "https://gateway.example/a/x", headers, ...request },
      { trace: true },
    ));
  await gateway.close();
  const outcome = outcomes.at(-1)!;
  return { trace: trace!, outcome, record: accessLogRecord(outcome), logged };
}

const whys = (steps: readonly TracedStep[]): string[] =>
  steps.flatMap((one) => [...(one.why === null ? [] : [one.why]), ...whys(one.steps)]);

const refused = (kind: "connection" | "timeout") => () => Promise.reject(new TransportError(kind, "no answer from the backend"));
const product: Partial<GatewayConfiguration> = {
  apis: { a: { path: "a", serviceUrl: "https://backend.example", operations: { list: { method: "GET", urlTemplate: "/x" } } } },
  products: { p: { name: "P", apis: ["a"] }, q: { name: "Q", apis: [] } },
  subscriptions: {
    good: { scope: "product/p", primaryKey: "canary-key-of-good" },
    asleep: { scope: "product/p", primaryKey: "canary-key-of-asleep", state: "suspended" },
    elsewhere: { scope: "product/q", primaryKey: "canary-key-of-elsewhere" },
  },
};
const withKey = (value: string) => ({ "Ocp-Apim-Subscription-Key": value });

/** A body that comes in pieces. */
async function* streamed(bytes: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes; at += 65_536) yield Buffer.alloc(65_536);
}

/** The one API `a`, with an inbound section. */
function oneApi(inbound: string, method = "GET"): NonNullable<GatewayConfiguration["apis"]> {
  return {
    a: {
      path: "a",
      subscriptionRequired: false,
      serviceUrl: "https://backend.example",
      policy: `<policies><inbound><base />${inbound}</inbound><backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error></policies>`,
      operations: { list: { method, urlTemplate: "/x" } },
    },
  };
}

function withPolicy(apis: GatewayConfiguration["apis"], inbound: string): NonNullable<GatewayConfiguration["apis"]> {
  return { a: { ...apis!["a"]!, policy: oneApi(inbound)["a"]!.policy! } };
}

const breaking = {
  url: "https://b.example",
  circuitBreaker: {
    rules: [
      {
        name: "r",
        failureCondition: { count: 2, interval: "PT1M", errorReasons: ["BackendConnectionFailure"] },
        tripDuration: "PT30S",
      },
    ],
  },
} as const;

/** A language model behind the gateway, and a service that finds hate in everything. */
function model(inbound: string) {
  return {
    apis: oneApi(inbound, "POST"),
    backends: { safety: { url: "https://safety.example" } },
    json: true,
    request: {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ messages: [{ role: "user", content: "hello" }] }),
    },
  };
}

type Row = [
  reason: string,
  source: string,
  status: number,
  why: RegExp,
  inbound: string,
  headers?: Record<string, string>,
  more?: Parameters<typeof explained>[2],
];
const rows: Row[] = [
  ["OperationNotFound", "configuration", 404, /No API|nearest/, "", {}, { request: { url: "https://gateway.example/b/x" } }],
  [
    "OperationNotFound",
    "configuration",
    404,
    /The nearest is GET \/x/,
    "",
    {},
    { request: { url: "https://gateway.example/a/y" } },
  ],
  ["OperationNotFound", "configuration", 404, /for GET, not for POST/, "", {}, { request: { method: "POST" } }],
  ["SubscriptionKeyNotFound", "authorization", 401, /No key came/, "", {}, product],
  ["SubscriptionKeyInvalid", "authorization", 401, /No subscription has the key/, "", withKey("canary-unknown-key"), product],
  ["SubscriptionKeyInvalid", "authorization", 401, /asleep, which is suspended/, "", withKey("canary-key-of-asleep"), product],
  [
    "SubscriptionKeyInvalid",
    "authorization",
    401,
    /elsewhere, which is for the product q/,
    "",
    withKey("canary-key-of-elsewhere"),
    product,
  ],
  [
    "ClientConnectionFailure",
    "forward-request",
    499,
    /client/i,
    "",
    {},
    { backend: () => Promise.reject(new TransportError("aborted", "The client closed the connection.")) },
  ],
  [
    "OperationNotFound",
    "configuration",
    404,
    /The API b has this path, but is not associated with the gateway dc1/,
    "",
    {},
    {
      request: { url: "https://gateway.example/b/x" },
      gateway: "dc1",
      gateways: { dc1: { apis: ["a"] } },
      apis: { ...oneApi(""), b: { path: "b", operations: { list: { method: "GET", urlTemplate: "/x" } } } },
    },
  ],
  ["BadRequest", "configuration", 400, /cannot be read/, "", {}, { request: { url: "nonsense" } }],
  [
    "BackendCircuitOpen",
    "forward-request",
    503,
    /The circuit of the backend b has been open for 0 s, because 2 of its calls failed within 60 s, the last by BackendConnectionFailure; it takes calls again in 30 s\./,
    `<set-backend-service backend-id="b" />`,
    {},
    { backend: refused("connection"), times: 3, backends: { b: breaking } },
  ],
  [
    "BackendCircuitOpen",
    "forward-request",
    503,
    /The circuit of the backend b has been open .* There is no|The circuit of the backend b has been open/,
    `<set-backend-service backend-id="pool" />`,
    {},
    { backend: refused("connection"), times: 3, backends: { b: breaking, pool: { pool: { services: [{ backend: "b" }] } } } },
  ],
  [
    "BackendConnectionFailure",
    "send-request",
    502,
    /no answer/,
    `<send-request mode="new" response-variable-name="r"><set-url>https://side.example</set-url><set-method>GET</set-method></send-request>`,
    {},
    { backend: refused("connection") },
  ],
  [
    "Timeout",
    "send-request",
    504,
    /no answer/,
    `<send-request mode="new" response-variable-name="r"><set-url>https://side.example</set-url><set-method>GET</set-method></send-request>`,
    {},
    { backend: refused("timeout") },
  ],
  [
    "RequestEntityTooLarge",
    "set-variable",
    413,
    /larger than/,
    `<set-variable name="v" value="@(context.Request.Body.As<string>())" />`,
    {},
    {
      request: { method: "POST", body: streamed(5 << 20) },
      apis: oneApi(`<set-variable name="v" value="@(context.Request.Body.As<string>())" />`, "POST"),
    },
  ],
  [
    "CallbackParameterInvalid",
    "jsonp",
    400,
    /callback/,
    "",
    {},
    {
      request: { url: "https://gateway.example/a/x?cb=a%20b" },
      policy: `<policies><inbound /><backend><forward-request /></backend><outbound><jsonp callback-parameter-name="cb" /></outbound><on-error /></policies>`,
      json: true,
    },
  ],
  [
    "RateLimitExceeded",
    "rate-limit",
    429,
    /holds 1 of 1/,
    `<rate-limit calls="1" renewal-period="60" />`,
    withKey("canary-key-of-good"),
    { ...product, apis: withPolicy(product.apis, `<rate-limit calls="1" renewal-period="60" />`), times: 2 },
  ],
  [
    "QuotaExceeded",
    "quota",
    403,
    /holds 1 of 1/,
    "",
    withKey("canary-key-of-good"),
    {
      ...product,
      products: {
        p: {
          name: "P",
          apis: ["a"],
          policy: `<policies><inbound><quota calls="1" renewal-period="3600" /></inbound></policies>`,
        },
      },
      subscriptions: { good: { scope: "product/p", primaryKey: "canary-key-of-good" } },
      times: 2,
    },
  ],
  [
    "TokenSignatureKeyNotFound",
    "validate-jwt",
    401,
    /./,
    `<validate-jwt header-name="Authorization"><openid-config url="https://login.example/.well-known/openid-configuration" /></validate-jwt>`,
    { Authorization: `Bearer ${token(fresh, { alg: "RS256", kid: "k2" })}` },
    { json: true },
  ],
  ["JwtInvalid", "validate-jwt", 401, /./, jwt(), { Authorization: "Bearer no-token-at-all" }],
  [
    "TokenLimitExceeded",
    "llm-token-limit",
    429,
    /Token limit is exceeded|holds \d+ of 5/,
    "",
    {},
    { ...model(`<llm-token-limit counter-key="k" tokens-per-minute="5" estimate-prompt-tokens="false" />`), times: 2 },
  ],
  [
    "TokenQuotaExceeded",
    "llm-token-limit",
    403,
    /Token quota is exceeded|holds \d+ of 5/,
    "",
    {},
    {
      ...model(`<llm-token-limit counter-key="k" token-quota="5" token-quota-period="Hourly" estimate-prompt-tokens="false" />`),
      times: 2,
    },
  ],
  [
    "ContentSafetyViolation",
    "llm-content-safety",
    403,
    /content safety/,
    "",
    {},
    model(
      `<llm-content-safety backend-id="safety"><categories output-type="EightSeverityLevels"><category name="Hate" threshold="3" /></categories></llm-content-safety>`,
    ),
  ],
  [
    "ExpressionValueValidationFailure",
    "trace",
    500,
    /value field is required/,
    `<trace source="t"><message>m</message><metadata name="n" value="@("")" /></trace>`,
  ],
  [
    "ExpressionValueEvaluationFailure",
    "trace",
    500,
    /Expression evaluation failed/,
    `<trace source="t"><message>@(int.Parse("x").ToString())</message></trace>`,
  ],
  [
    "ExpressionValueEvaluationFailure",
    "log-to-eventhub",
    500,
    /Expression evaluation failed/,
    `<log-to-eventhub logger-id="hub">@(int.Parse("x").ToString())</log-to-eventhub>`,
    {},
    { loggers: { hub: {} } },
  ],
  [
    "ExpressionValueEvaluationFailure",
    "emit-metric",
    500,
    /Expression evaluation failed/,
    `<emit-metric name="m"><dimension name="d" value="@(int.Parse("x").ToString())" /></emit-metric>`,
  ],
  ["BackendConnectionFailure", "forward-request", 502, /no answer/, "", {}, { backend: refused("connection") }],
  ["Timeout", "forward-request", 504, /no answer/, "", {}, { backend: refused("timeout") }],
  [
    "ExpressionValueEvaluationFailure",
    "set-variable",
    500,
    /Expression evaluation failed/,
    `<set-variable name="v" value="@(((string)null).Length)" />`,
  ],
  [
    "ExpressionValueValidationFailure",
    "rate-limit-by-key",
    500,
    /counter-key/,
    `<rate-limit-by-key calls="1" renewal-period="60" counter-key="@("")" />`,
  ],
  [
    "RateLimitExceeded",
    "rate-limit-by-key",
    429,
    /holds 1 of 1 and renews in \d+ s/,
    `<rate-limit-by-key calls="1" renewal-period="60" counter-key="k" />`,
    {},
    { times: 2 },
  ],
  [
    "QuotaExceeded",
    "quota-by-key",
    403,
    /holds 1 of 1 and renews in \d+ s/,
    `<quota-by-key calls="1" renewal-period="3600" counter-key="k" />`,
    {},
    { times: 2 },
  ],
  ["CallerIpNotAllowed", "ip-filter", 403, /127\.0\.0\.1/, `<ip-filter action="allow"><address>10.0.0.1</address></ip-filter>`],
  ["CallerIpBlocked", "ip-filter", 403, /blocked/, `<ip-filter action="forbid"><address>127.0.0.1</address></ip-filter>`],
  [
    "FailedToParseCallerIP",
    "ip-filter",
    403,
    /address/,
    `<ip-filter action="allow"><address>10.0.0.1</address></ip-filter>`,
    {},
    { request: { ipAddress: "nobody" } },
  ],
  [
    "HeaderNotFound",
    "check-header",
    400,
    /X-A/,
    `<check-header name="X-A" failed-check-httpcode="400" failed-check-error-message="no" ignore-case="true" />`,
  ],
  [
    "HeaderValueNotAllowed",
    "check-header",
    400,
    /X-A/,
    `<check-header name="X-A" failed-check-httpcode="400" failed-check-error-message="no" ignore-case="true"><value>b</value></check-header>`,
    { "X-A": "a" },
  ],
  ["TokenNotPresent", "validate-jwt", 401, /JWT/, jwt()],
  ["TokenExpired", "validate-jwt", 401, /./, jwt(), bearer({ ...fresh, exp: 1 })],
  ["TokenAudienceNotAllowed", "validate-jwt", 401, /./, jwt(), bearer({ ...fresh, aud: "api://other" })],
  ["TokenIssuerNotAllowed", "validate-jwt", 401, /./, jwt(), bearer({ ...fresh, iss: "https://other.example" })],
  ["TokenSignatureInvalid", "validate-jwt", 401, /./, jwt(), { Authorization: `Bearer ${token(fresh).slice(0, -4)}AAAA` }],
  [
    "TokenClaimNotFound",
    "validate-jwt",
    401,
    /tenant/,
    jwt(`<required-claims><claim name="tenant"><value>t</value></claim></required-claims>`),
    bearer(fresh),
  ],
  [
    "TokenClaimValueNotAllowed",
    "validate-jwt",
    401,
    /role/,
    jwt(`<required-claims><claim name="role"><value>admin</value></claim></required-claims>`),
    bearer(fresh),
  ],
];

describe("every refusal and failure says who, why and where", () => {
  it.each(rows)("%s of %s", async (reason, source, status, why, inbound, headers, more) => {
    const { trace, outcome, record, logged } = await explained(inbound, headers, more);
    expect([outcome.error?.reason, outcome.error?.source, outcome.status]).toEqual([reason, source, status]);
    expect(outcome.by).toMatchObject({ layer: "gateway", policy: source });
    expect(trace.answer.by).toMatchObject({ layer: "gateway", policy: source });
    expect(whys(trace.steps).some((one) => why.test(one))).toBe(true);
    const isBuiltIn = source === "configuration" || source === "authorization";
    expect(record).toMatchObject({
      ResponseCode: status,
      IsRequestSuccess: false,
      LastErrorReason: reason,
      LastErrorSource: source,
      AnsweredBy: "gateway",
      AnsweredByPolicy: source,
      AnsweredByPlace: isBuiltIn ? "" : expect.stringMatching(/:\d+:\d+$/),
    });
    const line = logged.find(({ fields }) => fields["reason"] === reason)!;
    expect(line.fields).toMatchObject({ activityId: outcome.requestId, policy: source });
    expect(line.level).toBe(status >= 500 ? "error" : "info");
    expect(JSON.stringify([trace, record, logged])).not.toMatch(/canary|eyJ/);
  });
});

describe("who answered", () => {
  it.each([
    ["the backend", "", { layer: "backend", policy: null }],
    [
      "a policy that returns",
      `<return-response><set-status code="200" reason="OK" /></return-response>`,
      { layer: "gateway", policy: "return-response" },
    ],
    ["a mock", `<mock-response status-code="200" />`, { layer: "gateway", policy: "mock-response" }],
  ])("%s", async (_what, inbound, expected) => {
    const { outcome } = await explained(inbound);
    expect(outcome.by).toMatchObject(expected);
    expect([outcome.status, outcome.error]).toEqual([200, null]);
  });
});

it("a failing on-error loses neither error, and the caller sees none", async () => {
  const { outcome, logged } = await explained(
    `<set-variable name="a" value="@(((string)null).Length)" />`,
    {},
    {
      policy: `<policies><inbound /><backend /><outbound /><on-error><set-variable name="b" value="@(int.Parse("x"))" /></on-error></policies>`,
    },
  );
  expect(outcome.errors.map(({ section, source }) => [section, source])).toEqual([
    ["inbound", "set-variable"],
    ["on-error", "set-variable"],
  ]);
  expect(logged.filter(({ level }) => level === "error")).toHaveLength(2);
});

it("a branch that is not taken says what its operands are, and a lookup what it found", async () => {
  const { trace } = await explained(
    `<choose><when condition="@(context.Request.Headers.GetValueOrDefault(&quot;X-Role&quot;, &quot;&quot;) == &quot;admin&quot;)" /><otherwise /></choose><cache-lookup vary-by-developer="false" vary-by-developer-groups="false" />`,
    { "X-Role": "clerk" },
  );
  expect(whys(trace.steps)).toEqual([
    `Its condition is false: context.Request.Headers.GetValueOrDefault("X-Role", "") is "clerk" (== "admin").`,
    "No branch before it was taken.",
    expect.stringMatching(/^Nothing is stored under the key /) as string,
  ]);
});

it("a miss says what is different from the answer that was stored last", async () => {
  const told = async (second: Record<string, string>, url = "https://gateway.example/a/x"): Promise<string> => {
    const gateway = await createGateway(
      {
        apis: {
          a: {
            path: "a",
            subscriptionRequired: false,
            serviceUrl: "https://backend.example",
            policy: `<policies><inbound><cache-lookup vary-by-developer="false" vary-by-developer-groups="false" allow-private-response-caching="true"><vary-by-header>X-Tenant</vary-by-header></cache-lookup></inbound><backend><forward-request /></backend><outbound><cache-store duration="60" /></outbound></policies>`,
            operations: { list: { method: "GET", urlTemplate: "/x" } },
          },
        },
      },
      {
        transport: () =>
          Promise.resolve({
            status: 200,
            reason: "OK",
            headers: new Headers([["Vary", "Accept-Language"]]),
            body: Buffer.from("x"),
          }),
      },
    );
    const first = { "X-Tenant": "CANARY-tenant", "Accept-Language": "de" };
    await gateway.handle({ method: "GET", url: "https://gateway.example/a/x?p=1", headers: first });
    const { trace } = await gateway.handle({ method: "GET", url, headers: second }, { trace: true });
    await gateway.close();
    expect(JSON.stringify(trace!.steps.map(({ why }) => why))).not.toContain("CANARY");
    return whys(trace!.steps)[0]!;
  };
  const said = (what: string): string => `The answer that was stored last for this URL was for another value of ${what}.`;
  const same = "https://gateway.example/a/x?p=1";
  expect(await told({ "X-Tenant": "other", "Accept-Language": "de" }, same)).toBe(said("the header X-Tenant"));
  expect(await told({ "X-Tenant": "CANARY-tenant", "Accept-Language": "fr" }, same)).toBe(said("the header accept-language"));
  expect(await told({ "X-Tenant": "other", "Accept-Language": "de" })).toBe(said("the query parameter p, the header X-Tenant"));
});

it("cors says which origin it compared with which", async () => {
  const cors = "<cors><allowed-origins><origin>https://shop.example</origin></allowed-origins></cors>";
  const asked = { Origin: "https://evil.example", "Access-Control-Request-Method": "GET" };
  const { trace, outcome } = await explained(cors, asked, { request: { method: "OPTIONS" } });
  expect(outcome.by).toMatchObject({ layer: "gateway", policy: "cors" });
  expect(whys(trace.steps).join("; ")).toBe(
    "The origin https://evil.example is not among those allowed: https://shop.example:443.",
  );
});
