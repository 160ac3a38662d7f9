import { createHmac } from "node:crypto";
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
function token(claims: object): string {
  const content = `${part({ alg: "HS256", typ: "JWT" })}.${part(claims)}`;
  return `${content}.${createHmac("sha256", key).update(content).digest("base64url")}`;
}
const fresh = { iss: "https://login.example", aud: "api://a", exp: 4_000_000_000, role: "clerk" };
const jwt = (inner = ""): string => `<validate-jwt header-name="Authorization" require-scheme="Bearer">
  <issuer-signing-keys><key>${key.toString("base64")}</key></issuer-signing-keys>
  <audiences><audience>api://a</audience></audiences><issuers><issuer>https://login.example</issuer></issuers>${inner}</validate-jwt>`;
const bearer = (claims: object) => ({ Authorization: `Bearer ${token(claims)}` });

/** What one request comes to: inbound of its API, headers, and what the backend does. */
async function explained(
  inbound: string,
  headers: Record<string, string> = {},
  more: Partial<GatewayConfiguration> & {
    request?: Partial<GatewayRequest>;
    times?: number;
    backend?: () => Promise<never>;
  } = {},
) {
  const { request, times = 1, backend, ...configuration } = more;
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
        backend ?? (() => Promise.resolve({ status: 200, reason: "OK", headers: new Headers(), body: Buffer.from("fine") })),
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

it("cors says which origin it compared with which", async () => {
  const cors = "<cors><allowed-origins><origin>https://shop.example</origin></allowed-origins></cors>";
  const asked = { Origin: "https://evil.example", "Access-Control-Request-Method": "GET" };
  const { trace, outcome } = await explained(cors, asked, { request: { method: "OPTIONS" } });
  expect(outcome.by).toMatchObject({ layer: "gateway", policy: "cors" });
  expect(whys(trace.steps).join("; ")).toBe(
    "The origin https://evil.example is not among those allowed: https://shop.example:443.",
  );
});
