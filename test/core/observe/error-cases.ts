import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { type GatewayConfiguration, type GatewayOutcome, Headers, type IncomingResponse, TransportError } from "@turnpike/core";
import { certificateWorkshop } from "../policies/certificate-support.js";
import { pair, secret, start, token } from "../policies/jwt-support.js";
import type { ErrorName } from "./error-list.js";
import { apiWith, document, type Explaining, type Service } from "./explaining.js";

/** One way to come to an error of the list. What it does not say is as the list has it. */
export interface ErrorCase extends Explaining {
  /** What is different about it from the row's other cases. */
  readonly variant?: string;
  /** The sentence of the trace that says why. */
  readonly why: RegExp;
  readonly source?: string;
  readonly status?: number;
  /** The element that is at fault, where it is not the source. */
  readonly element?: string;
  readonly section?: "inbound" | "backend" | "outbound" | "on-error";
  readonly scope?: "global" | "product" | "api" | "operation";
  /** The reason of a failure that does not end the request: it is in the log, and among the request's errors. */
  readonly noted?: string;
  /** Who made the answer, where it is not what raised the error. */
  readonly by?: Partial<GatewayOutcome["by"]>;
  /** Sent over a connection to a server of the node adapter, as it is. */
  readonly raw?: string;
}

/** A row that cannot be produced here, and why. */
export interface NotHere {
  readonly notHere: string;
}

// Backends and what stands behind them.

const fails =
  (kind: TransportError["kind"], message = "no answer from the backend", cause?: Error) =>
  (): never => {
    throw new TransportError(kind, message, cause === undefined ? {} : { cause });
  };
const forwarding = { backend: "<forward-request />", section: "backend" } as const;
const at0 = (url: string): Promise<Service> => Promise.resolve({ url, close: () => undefined });

async function listening(server: Server, scheme = "http"): Promise<Service> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { url: `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}

/** A port at which nobody listens any more. */
async function nobody(): Promise<Service> {
  const gone = await listening(createServer());
  gone.close();
  return { url: gone.url, close: () => undefined };
}

const resetting = (): Promise<Service> =>
  listening(createServer((socket) => void socket.on("error", () => undefined).once("data", () => socket.resetAndDestroy())));

function untrusted(): Promise<Service> {
  const workshop = certificateWorkshop();
  const cert = workshop.root("own", "/CN=127.0.0.1");
  const key = workshop.key("own");
  workshop.dispose();
  return listening(
    createTlsServer({ cert, key }, (socket) => void socket.end()).on("tlsClientError", () => undefined),
    "https",
  );
}
const json = (data: unknown, status = 200): Partial<IncomingResponse> => ({
  status,
  headers: new Headers([["Content-Type", "application/json"]]),
  body: Buffer.from(JSON.stringify(data)),
});
async function* pieces(...texts: readonly (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield typeof text === "string" ? Buffer.from(text) : text;
}
const posts = { api: { operations: { list: { method: "POST", urlTemplate: "/x" } } } };

// Tokens.

const claims = { iss: "https://login.example", aud: "api://a", exp: start + 3600, role: "clerk" };
const keys = { rsa: pair("k1"), ec: pair("k2", "ec"), ed: pair("k3", "ed25519") };
const strangers = { rsa: pair("k1"), ec: pair("k2", "ec"), ed: pair("k3", "ed25519") };
const provider = ({ url }: { readonly url: string }): Partial<IncomingResponse> =>
  url.endsWith("/keys")
    ? json({ keys: Object.values(keys).map(({ jwk }) => jwk) })
    : json({ issuer: claims.iss, jwks_uri: "https://login.example/keys" });
const bearer = (jwt: string) => ({ Authorization: `Bearer ${jwt}` });
const shared = (given: object) => bearer(token("HS256", Buffer.from(secret, "base64"), given));
const validateJwt = (inner = "", attributes = ""): Explaining => ({
  clock: start,
  inbound: `<validate-jwt header-name="Authorization" require-scheme="Bearer" ${attributes}><issuer-signing-keys><key>${secret}</key></issuer-signing-keys><audiences><audience>api://a</audience></audiences><issuers><issuer>https://login.example</issuer></issuers>${inner}</validate-jwt>`,
});
const ofProvider: Explaining = {
  clock: start,
  inbound: `<validate-jwt header-name="Authorization"><openid-config url="https://login.example/.well-known/openid-configuration" /></validate-jwt>`,
  answer: provider,
};
const required = (name: string, value: string): string =>
  `<required-claims><claim name="${name}"><value>${value}</value></claim></required-claims>`;

// Subscriptions.

const sold: Partial<GatewayConfiguration> = {
  apis: { a: apiWith({}, { subscriptionRequired: true }) },
  products: { p: { name: "P", apis: ["a"] }, q: { name: "Q", apis: [] } },
  users: { mallory: { state: "blocked" } },
  subscriptions: {
    good: { scope: "product/p", primaryKey: "canary-key-of-good" },
    elsewhere: { scope: "product/q", primaryKey: "canary-key-of-elsewhere" },
    blocked: { scope: "product/p", primaryKey: "canary-key-of-blocked", user: "mallory" },
    ...Object.fromEntries(
      (["suspended", "cancelled", "expired", "rejected", "submitted"] as const).map((state) => [
        `is-${state}`,
        { scope: "product/p", primaryKey: `canary-key-of-${state}`, state },
      ]),
    ),
  },
};
const withKey = (name: string) => ({ "Ocp-Apim-Subscription-Key": `canary-key-of-${name}` });
const inState = (state: string): ErrorCase => ({
  configuration: sold,
  headers: withKey(state),
  why: new RegExp(`the subscription is-${state}, which is ${state}\\.$`),
});

// Circuits.

const breaking = (more: object = {}) => ({
  url: "https://b.example",
  circuitBreaker: {
    rules: [
      {
        name: "r",
        failureCondition: { count: 2, interval: "PT1M", errorReasons: ["BackendConnectionFailure"] },
        tripDuration: "PT30S",
        ...more,
      },
    ],
  },
});
const circuit: Explaining = {
  inbound: `<set-backend-service backend-id="b" />`,
  configuration: { backends: { b: breaking() } },
  answer: fails("connection"),
  times: 3,
};
const whyOpen =
  /The circuit of the backend b has been open for 0 s, because 2 of its calls failed within 60 s, the last by BackendConnectionFailure; it takes calls again in 30 s\./;

// Language models: ten tokens an answer.

const chat = JSON.stringify({ messages: [{ role: "user", content: "hello" }] });
const model = (inbound: string, more: Explaining = {}): Explaining => ({
  ...posts,
  inbound,
  headers: { "Content-Type": "application/json" },
  request: { method: "POST", body: chat },
  answer: () =>
    json({ usage: { prompt_tokens: 4, completion_tokens: 6, total_tokens: 10 }, choices: [{ message: { content: "Blue." } }] }),
  ...more,
});
const tokens = (limit: string, name = "llm-token-limit"): Explaining => ({
  ...model(`<${name} counter-key="k" ${limit} estimate-prompt-tokens="false" />`),
  times: 2,
});
const SAFETY = `<llm-content-safety backend-id="safety"><categories output-type="EightSeverityLevels"><category name="Hate" threshold="3" /></categories></llm-content-safety>`;
const withSafety = { backends: { safety: { url: "https://safety.example" } } };
const isSafety = ({ url }: { readonly url: string }): boolean => url.startsWith("https://safety.example");
const judged = (severity: number): Partial<IncomingResponse> => json({ categoriesAnalysis: [{ category: "Hate", severity }] });
const said = (content: string): string => `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`;
const safety = (more: Explaining = {}): Explaining =>
  model(SAFETY, { configuration: withSafety, answer: (call) => (isSafety(call) ? judged(6) : json({ usage: {} })), ...more });

// Expressions.

const nothing = `@("")`;
const thrown = "@(((string)null).Length)";
const boom = `<set-variable name="v" value="${thrown}" />`;
const fallen: ErrorCase = { inbound: boom, source: "set-variable", why: /Expression evaluation failed\. Object reference/ };
const anEmpty = (attribute: string, inbound: string): ErrorCase => ({
  inbound,
  why: new RegExp(`The ${attribute} field is required\\.`),
});

const versioned = (more: Partial<NonNullable<GatewayConfiguration["apis"]>[string]> = {}): Partial<GatewayConfiguration> => ({
  apis: { a: apiWith({}, { versioning: { scheme: "segment", version: "v1" }, ...more }) },
});
const at = (path: string) => ({ request: { url: `https://gateway.example${path}` } });
const side = (attributes = "", address = "https://side.example"): string =>
  `<send-request mode="new" response-variable-name="r" ${attributes}><set-url>${address}</set-url><set-method>GET</set-method></send-request>`;

/** How each error of the list comes to be. */
export const errorCases: Readonly<Record<ErrorName, readonly ErrorCase[] | NotHere>> = {
  "no API or operation": [{ ...at("/b/x"), why: /No API has this path; the nearest is \/a\./ }],
  "no subscription key": [
    {
      configuration: sold,
      why: /No key came with it: the API takes one in the header Ocp-Apim-Subscription-Key or the query parameter subscription-key\./,
    },
  ],
  "a key that is not valid": [
    { configuration: sold, headers: withKey("nobody"), why: /No subscription has the key that came with it\./ },
  ],
  "the caller has gone": [
    {
      source: "forward-request",
      section: "backend",
      scope: "global",
      element: "default",
      status: 499,
      answer: fails("aborted", "The client closed the connection."),
      why: /The client closed the connection\./,
    },
  ],
  "no connection to the backend, or one that it drops": [
    {
      variant: "forward-request",
      backend: "<forward-request />",
      source: "forward-request",
      section: "backend",
      answer: fails("connection"),
      why: /no answer from the backend/,
    },
    { variant: "send-request", inbound: side(), source: "send-request", answer: fails("connection"), why: /no answer/ },
    {
      variant: "reading the answer in outbound",
      outbound: `<set-variable name="v" value="@(context.Response.Body.As<string>())" />`,
      source: "set-variable",
      section: "outbound",
      answer: () => ({
        body: (async function* () {
          yield Buffer.from("half");
          throw new TransportError("connection", "read ECONNRESET");
        })(),
      }),
      why: /read ECONNRESET/,
    },
  ],
  "an expression that throws": [
    fallen,
    {
      variant: "trace",
      inbound: `<trace source="t"><message>@(int.Parse("x").ToString())</message></trace>`,
      source: "trace",
      why: /Expression evaluation failed/,
    },
    {
      variant: "log-to-eventhub",
      inbound: `<log-to-eventhub logger-id="hub">@(int.Parse("x").ToString())</log-to-eventhub>`,
      source: "log-to-eventhub",
      configuration: { loggers: { hub: {} } },
      why: /Expression evaluation failed/,
    },
    {
      variant: "emit-metric",
      inbound: `<emit-metric name="m"><dimension name="d" value="@(int.Parse("x").ToString())" /></emit-metric>`,
      source: "emit-metric",
      why: /Expression evaluation failed/,
    },
    {
      variant: "a condition",
      inbound: `<choose><when condition="@(((string)null).Length > 1)"><set-status code="200" reason="OK" /></when></choose>`,
      source: "choose",
      element: "when",
      why: /Expression evaluation failed/,
    },
    {
      variant: "of an operation's document",
      api: { operations: { list: { method: "GET", urlTemplate: "/x", policy: document({ outbound: boom }) } } },
      source: "set-variable",
      section: "outbound",
      scope: "operation",
      why: /Expression evaluation failed/,
    },
    {
      variant: "of a fragment",
      inbound: `<include-fragment fragment-id="f" />`,
      configuration: { fragments: { f: `<fragment>\n  ${boom}</fragment>` } },
      source: "set-variable",
      why: /Expression evaluation failed/,
    },
  ],
  "an expression that gives nothing where something is required": [
    { ...anEmpty("name", `<set-header name="${nothing}"><value>v</value></set-header>`), source: "set-header" },
  ],

  "rate-limit: the limit is exceeded": [
    {
      configuration: {
        ...sold,
        apis: { a: apiWith({ inbound: `<rate-limit calls="1" renewal-period="60" />` }, { subscriptionRequired: true }) },
      },
      headers: withKey("good"),
      times: 2,
      why: /holds 1 of 1 and renews in \d+ s/,
    },
  ],
  "rate-limit-by-key: the limit is exceeded": [
    {
      inbound: `<rate-limit-by-key calls="1" renewal-period="60" counter-key="k" />`,
      times: 2,
      why: /holds 1 of 1 and renews in \d+ s/,
    },
  ],
  "quota: calls": [
    {
      configuration: {
        ...sold,
        products: {
          p: { name: "P", apis: ["a"], policy: document({ inbound: `<quota calls="1" renewal-period="3600" />` }) },
          q: { name: "Q", apis: [] },
        },
      },
      headers: withKey("good"),
      times: 2,
      scope: "product",
      why: /holds 1 of 1 and renews in \d+ s/,
    },
  ],
  "quota: bandwidth": [
    {
      configuration: {
        ...sold,
        products: {
          p: { name: "P", apis: ["a"], policy: document({ inbound: `<quota bandwidth="1" renewal-period="3600" />` }) },
          q: { name: "Q", apis: [] },
        },
      },
      headers: withKey("good"),
      answer: () => ({ body: Buffer.alloc(2048) }),
      times: 2,
      scope: "product",
      why: /holds \d+ of 1024 and renews in \d+ s/,
    },
  ],
  "quota-by-key: calls": [
    {
      inbound: `<quota-by-key calls="1" renewal-period="3600" counter-key="k" />`,
      times: 2,
      why: /holds 1 of 1 and renews in \d+ s/,
    },
  ],
  "quota-by-key: bandwidth": [
    {
      inbound: `<quota-by-key bandwidth="1" renewal-period="3600" counter-key="k" />`,
      answer: () => ({ body: Buffer.alloc(2048) }),
      times: 2,
      why: /holds \d+ of 1024 and renews in \d+ s/,
    },
  ],
  "jsonp: a callback that is no name": [
    {
      outbound: `<jsonp callback-parameter-name="cb" />`,
      ...at("/a/x?cb=a%20b"),
      answer: () => json({}),
      section: "outbound",
      why: /callback/,
    },
  ],
  "ip-filter: an address that cannot be read": [
    {
      inbound: `<ip-filter action="allow"><address>10.0.0.1</address></ip-filter>`,
      request: { ipAddress: "nobody" },
      why: /Failed to establish IP address/,
    },
  ],
  "ip-filter: not among those allowed": [
    {
      inbound: `<ip-filter action="allow"><address>10.0.0.1</address></ip-filter>`,
      request: { ipAddress: "10.0.0.2" },
      why: /10\.0\.0\.2/,
    },
  ],
  "ip-filter: among those blocked": [
    {
      inbound: `<ip-filter action="forbid"><address>10.0.0.1</address></ip-filter>`,
      request: { ipAddress: "10.0.0.1" },
      why: /blocked/,
    },
  ],
  "check-header: absent or empty": [
    {
      inbound: `<check-header name="X-A" failed-check-httpcode="400" failed-check-error-message="no" ignore-case="true" />`,
      status: 400,
      why: /X-A/,
    },
  ],
  "check-header: another value": [
    {
      inbound: `<check-header name="X-A" failed-check-httpcode="403" failed-check-error-message="no" ignore-case="true"><value>b</value></check-header>`,
      headers: { "X-A": "a" },
      status: 403,
      why: /X-A value of a/,
    },
  ],
  "validate-jwt: no token": [{ ...validateJwt(), status: 401, why: /JWT not present/ }],
  "validate-jwt: a bad signature": [
    {
      variant: "a shared key",
      ...validateJwt(),
      headers: bearer(token("HS256", Buffer.alloc(32, 8), claims)),
      status: 401,
      why: /signature/i,
    },
    {
      variant: "RSA",
      ...ofProvider,
      headers: bearer(token("RS256", strangers.rsa.privateKey, claims, { kid: "k1" })),
      status: 401,
      why: /signature/i,
    },
    {
      variant: "an elliptic curve",
      ...ofProvider,
      headers: bearer(token("ES256", strangers.ec.privateKey, claims, { kid: "k2" })),
      status: 401,
      why: /signature/i,
    },
    {
      variant: "an Edwards curve",
      ...ofProvider,
      headers: bearer(token("EdDSA", strangers.ed.privateKey, claims, { kid: "k3" })),
      status: 401,
      why: /signature|algorithm/i,
    },
    {
      variant: "an algorithm that is not the key's",
      ...ofProvider,
      headers: bearer(token("HS256", Buffer.from(JSON.stringify(keys.rsa.jwk)), claims, { kid: "k1" })),
      status: 401,
      why: /algorithm|signature/i,
    },
  ],
  "validate-jwt: another audience": [
    { ...validateJwt(), headers: shared({ ...claims, aud: "api://other" }), status: 401, why: /api:\/\/other/ },
  ],
  "validate-jwt: another issuer": [
    {
      ...validateJwt(),
      headers: shared({ ...claims, iss: "https://other.example" }),
      status: 401,
      why: /https:\/\/other\.example/,
    },
  ],
  "validate-jwt: expired": [
    {
      ...validateJwt("", 'failed-validation-httpcode="403"'),
      headers: shared({ ...claims, exp: start - 600 }),
      status: 403,
      why: /expired/i,
    },
  ],
  "validate-jwt: no key with that id": [
    {
      ...ofProvider,
      headers: bearer(token("RS256", strangers.rsa.privateKey, claims, { kid: "k9" })),
      status: 401,
      why: /k9/,
    },
  ],
  "validate-jwt: claims missing": [
    { ...validateJwt(required("tenant", "t")), headers: shared(claims), status: 401, why: /tenant/ },
  ],
  "validate-jwt: claims of other values": [
    { ...validateJwt(required("role", "admin")), headers: shared(claims), status: 401, why: /role/ },
  ],
  "validate-jwt: anything else": [
    { variant: "no token at all", ...validateJwt(), headers: bearer("nonsense"), status: 401, why: /./ },
    {
      variant: "not yet valid",
      ...validateJwt(),
      headers: shared({ ...claims, nbf: start + 1800 }),
      status: 401,
      why: /not yet|nbf|lifetime/i,
    },
    {
      variant: "unsigned",
      ...validateJwt(),
      headers: bearer(token("none", null, claims)),
      status: 401,
      why: /sign/i,
    },
    {
      variant: "another scheme",
      ...validateJwt(),
      headers: { Authorization: `Basic ${Buffer.from("user:secret").toString("base64")}` },
      status: 401,
      why: /./,
    },
  ],
  "forward-request: too slow": [
    {
      backend: `<forward-request timeout="5" />`,
      section: "backend",
      answer: fails("timeout", "No answer within 5 seconds."),
      why: /No answer within 5 seconds\./,
    },
  ],
  "send-request: too slow": [
    { inbound: side(), answer: fails("timeout", "No answer within 60 seconds."), why: /No answer within 60 seconds\./ },
  ],

  "rate-limit-by-key: an empty key": [
    anEmpty("counter-key", `<rate-limit-by-key calls="1" renewal-period="60" counter-key="${nothing}" />`),
  ],
  "trace: an empty metadata value": [
    anEmpty("value", `<trace source="t"><message>m</message><metadata name="n" value="${nothing}" /></trace>`),
  ],
  "quota-by-key: an empty key": [
    anEmpty("counter-key", `<quota-by-key calls="1" renewal-period="3600" counter-key="${nothing}" />`),
  ],
  "cache-lookup-value: an empty key": [anEmpty("key", `<cache-lookup-value key="${nothing}" variable-name="v" />`)],
  "cache-store-value: an empty key": [anEmpty("key", `<cache-store-value key="${nothing}" value="v" duration="60" />`)],
  "cache-remove-value: an empty key": [anEmpty("key", `<cache-remove-value key="${nothing}" />`)],
  "limit-concurrency: an empty key": [
    anEmpty("key", `<limit-concurrency key="${nothing}" max-count="1"><set-status code="200" reason="OK" /></limit-concurrency>`),
  ],
  "rewrite-uri: an empty template": [anEmpty("template", `<rewrite-uri template="${nothing}" />`)],
  "set-query-parameter: an empty name": [
    anEmpty("name", `<set-query-parameter name="${nothing}"><value>v</value></set-query-parameter>`),
  ],
  "find-and-replace: nothing to look for": [anEmpty("from", `<find-and-replace from="${nothing}" to="x" />`)],
  "authentication-basic: an empty user": [anEmpty("username", `<authentication-basic username="${nothing}" password="p" />`)],
  "set-backend-service: an empty base-url": [anEmpty("base-url", `<set-backend-service base-url="${nothing}" />`)],
  "set-method: an empty method": [anEmpty("[a-z-]+", `<set-method>${nothing}</set-method>`)],
  "set-header: an empty name": [anEmpty("name", `<set-header name="${nothing}"><value>v</value></set-header>`)],

  "llm-token-limit: tokens of the minute": [{ ...tokens(`tokens-per-minute="5"`), why: /holds 10 of 5/ }],
  "llm-token-limit: tokens of the period": [{ ...tokens(`token-quota="5" token-quota-period="Hourly"`), why: /holds 10 of 5/ }],
  "azure-openai-token-limit: tokens of the minute": [
    { ...tokens(`tokens-per-minute="5"`, "azure-openai-token-limit"), why: /holds 10 of 5/ },
  ],
  "llm-content-safety: harm": [
    { variant: "in a request", ...safety(), why: /content safety/ },
    {
      variant: "in a whole answer",
      ...model(SAFETY.replace("<llm-content-safety", `$& enforce-on-completions="true"`), {
        configuration: withSafety,
        answer: (call) =>
          isSafety(call)
            ? judged(Buffer.from(call.body as Uint8Array).includes("Blue") ? 6 : 0)
            : json({ choices: [{ message: { content: "Blue." } }] }),
      }),
      why: /content safety/,
    },
  ],
  "llm-content-safety: more text than the service takes": [
    {
      variant: "a request",
      ...safety({
        request: { method: "POST", body: JSON.stringify({ messages: [{ role: "user", content: "x".repeat(1_000_001) }] }) },
      }),
      why: /too long for the content safety check/,
    },
  ],
  "llm-content-safety: harm in a streamed answer": [
    {
      ...model("", {
        outbound: SAFETY.replace("<llm-content-safety", `$& window-size="10"`),
        configuration: withSafety,
        answer: (call) =>
          isSafety(call)
            ? judged(Buffer.from(call.body as Uint8Array).includes("bad") ? 6 : 0)
            : {
                headers: new Headers([["Content-Type", "text/event-stream"]]),
                body: pieces(said("good text "), said("is passed "), said("but bad is"), "data: [DONE]\n\n"),
              },
      }),
      section: "outbound",
      noted: "ContentSafetyViolation",
      by: { layer: "backend" },
      why: /content safety/,
    },
  ],
  "llm-content-safety: the service fails": [
    { ...safety({ answer: () => ({ status: 503 }) }), variant: "by a status", why: /The content safety service failed: .*503/ },
    {
      ...safety({ answer: fails("connection", "connect ECONNREFUSED") }),
      variant: "by the connection",
      why: /The content safety service failed: connect ECONNREFUSED/,
    },
  ],
  "llm-semantic-cache: cache or embeddings fail": [
    {
      ...model(`<llm-semantic-cache-lookup score-threshold="0.5" embeddings-backend-id="embeddings" />`, {
        outbound: `<llm-semantic-cache-store duration="60" />`,
        configuration: { backends: { embeddings: { url: "https://embeddings.example" } } },
        answer: ({ url }) => (url.startsWith("https://embeddings.example") ? { status: 500 } : json({ choices: [] })),
      }),
      status: 200,
      by: { layer: "backend" },
      why: /embedding/i,
    },
  ],
  "a model's own limit": [
    {
      ...model("", { answer: () => json({ error: { code: "429", message: "Slow down." } }, 429) }),
      by: { layer: "backend" },
      why: /The backend answered 429/,
    },
  ],
  "a model that is not deployed": [
    {
      ...model("", { answer: () => json({ error: { code: "DeploymentNotFound", message: "None." } }, 404) }),
      by: { layer: "backend" },
      why: /The backend answered 404/,
    },
  ],
  "a gateway near the end of its memory or processor": {
    notHere:
      "It is what API Management's classic tiers do to their own machines; Turnpike runs in a process whose owner sees to that.",
  },

  "no on-error section": [
    { ...fallen, configuration: { apis: { a: apiWith({}, { policy: `<policies><inbound>${boom}</inbound></policies>` }) } } },
  ],
  "an on-error section that changes nothing of the answer": [
    { ...fallen, onError: `<set-variable name="seen" value="@(context.LastError.Reason)" />`, element: "set-variable" },
  ],
  "an on-error section that changes the answer": [
    {
      ...fallen,
      status: 418,
      onError: `<set-status code="418" reason="Teapot" /><set-body>sorry</set-body>`,
      by: { layer: "gateway", policy: "set-variable", section: "inbound" },
    },
  ],
  "an on-error section that returns a response": [
    {
      ...fallen,
      status: 200,
      onError: `<return-response><set-body>sorry</set-body></return-response>`,
      by: { layer: "gateway", policy: "return-response", section: "on-error", scope: "api" },
    },
  ],
  "an on-error section that fails": [
    {
      inbound: `<rate-limit-by-key calls="0" renewal-period="60" counter-key="k" />`,
      onError: boom,
      source: "set-variable",
      section: "on-error",
      why: /Expression evaluation failed/,
    },
  ],
  "an open circuit": [{ ...circuit, why: whyOpen, section: "backend", scope: "global", element: "default" }],
  "an open circuit with a status of its own": [
    {
      ...circuit,
      configuration: { backends: { b: breaking({ failureResponse: { statusCode: 429 } }) } },
      status: 429,
      why: whyOpen,
      section: "backend",
      scope: "global",
      element: "default",
    },
  ],
  "a pool with no member left": [
    {
      ...circuit,
      inbound: `<set-backend-service backend-id="pool" />`,
      configuration: { backends: { b: breaking(), pool: { pool: { services: [{ backend: "b" }] } } } },
      why: whyOpen,
      section: "backend",
      scope: "global",
      element: "default",
    },
  ],

  "on-error of no API": [
    {
      ...at("/b/x"),
      configuration: {
        policy: document({
          onError: `<set-header name="X-Scope" exists-action="append"><value>global</value></set-header>`,
        }).replaceAll("<base />", ""),
      },
      why: /No API/,
    },
  ],
  "on-error of an API without the operation": [
    {
      ...at("/a/y"),
      onError: `<return-response><set-status code="405" reason="Method Not Allowed" /></return-response>`,
      status: 405,
      by: { layer: "gateway", policy: "return-response", section: "on-error", scope: "api" },
      why: /The nearest is GET \/x \(list\)/,
    },
  ],
  "on-error of a request without a key": [
    {
      configuration: {
        ...sold,
        apis: {
          a: apiWith(
            {},
            {
              subscriptionRequired: true,
              operations: {
                list: {
                  method: "GET",
                  urlTemplate: "/x",
                  policy: document({ onError: `<return-response><set-status code="403" reason="No" /></return-response>` }),
                },
              },
            },
          ),
        },
      },
      status: 403,
      by: { layer: "gateway", policy: "return-response", section: "on-error", scope: "operation" },
      why: /No key came with it/,
    },
  ],
  "on-error of all scopes": [
    {
      ...fallen,
      headers: withKey("good"),
      configuration: {
        ...sold,
        apis: { a: apiWith({ inbound: boom }, { subscriptionRequired: true }) },
        products: {
          p: {
            name: "P",
            apis: ["a"],
            policy: document({ onError: `<return-response><set-status code="503" reason="Later" /></return-response>` }),
          },
          q: { name: "Q", apis: [] },
        },
      },
      status: 503,
      by: { layer: "gateway", policy: "return-response", section: "on-error", scope: "product" },
    },
  ],

  "an unknown path of an API": [
    { ...at("/a/y"), why: /The API a has no operation for GET \/y\. The nearest is GET \/x \(list\)\./ },
  ],
  "a known path with another method": [{ request: { method: "POST" }, why: /The API a has \/x for GET, not for POST\./ }],
  "an unknown version": [{ configuration: versioned(), ...at("/a/v2/x"), why: /there are v1, named in the path/ }],
  "an unknown revision": [{ configuration: versioned(), ...at("/a/v1;rev=7/x"), why: /has no revision 7\./ }],
  "a revision that is offline": [
    {
      configuration: versioned({ revisions: { "2": { isOnline: false } } }),
      ...at("/a/v1;rev=2/x"),
      why: /The revision 2 of the API a is offline\./,
    },
  ],
  "an API that is offered on another protocol": [
    {
      api: { protocols: ["https"] },
      request: { url: "http://gateway.example/a/x" },
      why: /takes https, not http\./,
    },
  ],
  "an API that is not associated with the gateway": [
    {
      configuration: {
        gateway: "dc1",
        gateways: { dc1: { apis: ["a"] } },
        apis: { a: apiWith({}), b: { path: "b", operations: { list: { method: "GET", urlTemplate: "/x" } } } },
      },
      ...at("/b/x"),
      why: /The API b has this path, but is not associated with the gateway dc1/,
    },
  ],
  "the key of a suspended subscription": [inState("suspended")],
  "the key of a cancelled subscription": [inState("cancelled")],
  "the key of an expired subscription": [inState("expired")],
  "the key of a rejected subscription": [inState("rejected")],
  "the key of a submitted subscription": [inState("submitted")],
  "the key of a subscription that does not cover the API": [
    {
      configuration: sold,
      headers: withKey("elsewhere"),
      why: /the subscription elsewhere, which is for the product q: the API a is not associated with it\./,
    },
  ],
  "the key of an owner who is blocked": [
    { configuration: sold, headers: withKey("blocked"), why: /the subscription blocked, whose owner is blocked\./ },
  ],
  "a wrong key where an open product has the API": [
    {
      configuration: {
        ...sold,
        products: { ...sold.products, open: { name: "Open", apis: ["a"], subscriptionRequired: false } },
      },
      headers: withKey("nobody"),
      status: 200,
      by: { layer: "backend" },
      why: /open/i,
    },
  ],
  "validate-content: a body over max-size that is prevented": [
    {
      ...posts,
      inbound: `<validate-content unspecified-content-type-action="ignore" max-size="4" size-exceeded-action="prevent" />`,
      request: { method: "POST", body: "12345" },
      headers: { "Content-Type": "text/plain" },
      why: /exceeds the limit of 4 bytes/,
    },
  ],
  "validate-content: a body over max-size that is recorded": [
    {
      ...posts,
      inbound: `<validate-content unspecified-content-type-action="ignore" max-size="4" size-exceeded-action="detect" errors-variable-name="errors" />`,
      request: { method: "POST", body: "12345" },
      headers: { "Content-Type": "text/plain" },
      status: 200,
      by: { layer: "backend" },
      why: /exceeds the limit of 4 bytes/,
    },
  ],
  "a body over what policies may read": [
    {
      ...posts,
      inbound: `<set-variable name="v" value="@(context.Request.Body.As<string>())" />`,
      request: { method: "POST", body: pieces(Buffer.alloc(2048)) },
      options: { bodyLimit: 1024 },
      source: "set-variable",
      why: /larger than 1024 bytes/,
    },
  ],
  "a URL that cannot be read": [{ request: { url: "nonsense" }, why: /cannot be read/ }],
  "a URL that is too long": [{ raw: `GET /a/${"x".repeat(9_000)} HTTP/1.1\r\nHost: g\r\n\r\n`, why: /./ }],
  "headers that are too long": [{ raw: `GET /a/x HTTP/1.1\r\nHost: g\r\nX-A: ${"x".repeat(9_000)}\r\n\r\n`, why: /./ }],
  "a request that is no HTTP": [{ raw: "NONSENSE\r\n\r\n", why: /./ }],
  "a backend that refuses": [{ ...forwarding, service: nobody, why: /ECONNREFUSED/ }],
  // A label of more than 63 characters is no name: no server is asked for it.
  "a backend whose name is not known": [
    { ...forwarding, service: () => at0(`http://${"a".repeat(64)}.example`), why: /ENOTFOUND|EAI_FAIL|EAI_AGAIN/ },
  ],
  "a backend whose certificate is not trusted": [{ ...forwarding, service: untrusted, why: /self-signed certificate/ }],
  "a backend that resets the connection": [
    { ...forwarding, service: resetting, why: /ECONNRESET|closed|socket hang up|other side/ },
  ],
  "a backend that answers 4xx": [{ answer: () => ({ status: 404 }), by: { layer: "backend" }, why: /The backend answered 404/ }],
  "a backend that answers 5xx": [{ answer: () => ({ status: 503 }), by: { layer: "backend" }, why: /The backend answered 503/ }],
  "a backend that answers 5xx, with fail-on-error-status-code": [
    {
      backend: `<forward-request fail-on-error-status-code="true" />`,
      section: "backend",
      answer: () => ({ status: 503 }),
      by: { layer: "backend" },
      why: /The backend answered 503/,
    },
  ],
  "a body that is to be sent twice": [
    {
      ...posts,
      backend: `<retry condition="@(context.Response.StatusCode == 503)" count="1" interval="0"><forward-request /></retry>`,
      section: "backend",
      request: { method: "POST", body: pieces("one", "two") },
      answer: async ({ body }) => {
        if (body !== null && !(body instanceof Uint8Array)) for await (const _ of body);
        return { status: 503 };
      },
      why: /streamed to the backend and cannot be sent again/,
    },
  ],
  "a tool of an MCP server that fails": [
    {
      configuration: {
        apis: {
          a: apiWith({ inbound: boom }),
          tools: {
            path: "tools",
            type: "mcp",
            subscriptionRequired: false,
            mcpTools: [{ name: "list", operationId: "/apis/a/operations/list" }],
          },
        },
      },
      request: {
        method: "POST",
        url: "https://gateway.example/tools/mcp",
        body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "list", arguments: {} } }),
      },
      headers: { "Content-Type": "application/json", Accept: "application/json, text/event-stream" },
      by: { layer: "gateway" },
      why: /list/,
    },
  ],
  "a backend-id that an expression makes up": [
    { inbound: `<set-backend-service backend-id="@("nobody")" />`, why: /Backend with id 'nobody' could not be found/ },
  ],
  "return-response": [
    {
      inbound: `<return-response><set-status code="204" reason="No Content" /></return-response>`,
      status: 204,
      by: { layer: "gateway", policy: "return-response", section: "inbound", scope: "api" },
      why: /It ends the request with the answer 204 No Content\./,
    },
  ],
  "an expression that throws on purpose": [
    {
      inbound: `<set-variable name="v" value="@{ throw new Exception("not today"); }" />`,
      source: "set-variable",
      why: /not today/,
    },
  ],
};
