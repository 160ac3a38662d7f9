import { createHmac } from "node:crypto";
import type { GatewayConfiguration } from "@turnpike/core";
import type { FakeRule } from "@turnpike/core/testing";

/** A request to the API. */
export interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A document, what is sent to it, and what backends answer. */
export interface Case {
  readonly name: string;
  readonly sections: {
    readonly inbound?: string;
    readonly backend?: string;
    readonly outbound?: string;
    readonly onError?: string;
  };
  readonly requests: readonly Sent[];
  /** What comes out, so that nothing is equal by failing alike. */
  readonly statuses: readonly number[];
  readonly backend?: readonly FakeRule[];
  /** What answers at the named value `external`. */
  readonly external?: readonly FakeRule[];
  readonly gateway?: Partial<GatewayConfiguration>;
  readonly api?: object;
}

const KEY = "0123456789-0123456789-0123456789-0123";

/** A token of HS256 that is valid for long. */
function token(claims: object): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${part({ alg: "HS256", typ: "JWT" })}.${part({ exp: 4_102_444_800, ...claims })}`;
  return `${signed}.${createHmac("sha256", KEY).update(signed).digest("base64url")}`;
}

const bearer = (claims: object): Sent => ({ headers: { Authorization: `Bearer ${token(claims)}` } });
const validateJwt = `<validate-jwt header-name="Authorization" require-scheme="Bearer" failed-validation-httpcode="401" failed-validation-error-message="No entry."><issuer-signing-keys><key>${Buffer.from(KEY).toString("base64")}</key></issuer-signing-keys><audiences><audience>api://a</audience></audiences><required-claims><claim name="role" match="any"><value>Reader</value></claim></required-claims></validate-jwt>`;
const header = (name: string, value: string, action = "override"): string =>
  `<set-header name="${name}" exists-action="${action}"><value>${value}</value></set-header>`;
const json = { "Content-Type": "application/json" };
const post = (body: string, headers: Readonly<Record<string, string>> = json): Sent => ({ method: "POST", headers, body });
const keys = {
  gateway: { subscriptions: { s: { scope: "api/a", primaryKey: "key-of-s" } } },
  api: { subscriptionRequired: true },
};
const told = header("X-Told", "@(context.LastError.Source + &quot; &quot; + context.LastError.Reason)");
const large = "0123456789abcdef".repeat(20_000);

/** All of them. */
export const cases: readonly Case[] = [
  {
    name: "what goes through as it is",
    sections: {},
    requests: [{ path: "/x/y?q=1&r=a%20b", headers: { "X-A": "1", Accept: "text/plain" } }],
    statuses: [200],
    backend: [{ reply: { headers: { "X-B": "2", "Content-Type": "text/plain" }, body: "hello" } }],
  },
  { name: "a path that no API has", sections: {}, requests: [{ path: "b/x" }], statuses: [404] },
  { name: "a method that no operation has", sections: {}, requests: [{ method: "PATCH", body: "x" }], statuses: [404] },
  {
    name: "an answer to HEAD",
    sections: {},
    requests: [{ method: "HEAD" }],
    statuses: [200],
    backend: [{ reply: { headers: { ETag: '"1"' } } }],
  },
  {
    name: "subscription keys: none, a wrong one, the right one in header and query",
    sections: {},
    ...keys,
    requests: [
      {},
      { headers: { "Ocp-Apim-Subscription-Key": "no" } },
      { headers: { "Ocp-Apim-Subscription-Key": "key-of-s" } },
      { path: "/x?subscription-key=key-of-s" },
    ],
    statuses: [401, 401, 200, 200],
  },
  {
    name: "tokens: none, no token, without the role, for others, good",
    sections: { inbound: validateJwt },
    requests: [
      {},
      { headers: { Authorization: "Bearer x.y.z" } },
      bearer({ aud: "api://a" }),
      bearer({ aud: "api://b", role: "Reader" }),
      bearer({ aud: "api://a", role: "Reader" }),
    ],
    statuses: [401, 401, 401, 401, 200],
  },
  {
    name: "check-header",
    sections: {
      inbound:
        '<check-header name="X-Tenant" failed-check-httpcode="403" failed-check-error-message="Which tenant?" ignore-case="true"><value>a</value></check-header>',
    },
    requests: [{}, { headers: { "X-Tenant": "b" } }, { headers: { "X-Tenant": "A" } }],
    statuses: [403, 403, 200],
  },
  {
    name: "ip-filter",
    sections: { inbound: '<ip-filter action="forbid"><address>127.0.0.1</address></ip-filter>' },
    requests: [{}],
    statuses: [403],
  },
  {
    name: "basic credentials for the backend",
    sections: { inbound: '<authentication-basic username="u" password="p" />' },
    requests: [{}],
    statuses: [200],
  },
  {
    name: "a rate limit with its headers",
    sections: {
      inbound:
        '<rate-limit-by-key calls="2" renewal-period="300" counter-key="k" remaining-calls-header-name="X-Left" total-calls-header-name="X-Total" />',
    },
    requests: [{}, {}],
    statuses: [200, 200],
  },
  {
    name: "a rate limit that is used up",
    sections: {
      inbound: '<rate-limit-by-key calls="1" renewal-period="300" counter-key="@(context.Request.IpAddress)" />',
      onError: `${told}${header("Retry-After", "", "delete").replace("<value></value>", "")}<set-body>slow down</set-body>`,
    },
    requests: [{}, {}],
    statuses: [200, 429],
  },
  {
    name: "a cached answer",
    sections: {
      inbound:
        '<cache-lookup vary-by-developer="false" vary-by-developer-groups="false"><vary-by-header>Accept</vary-by-header></cache-lookup>',
      outbound: '<cache-store duration="300" />',
    },
    requests: [{ headers: { Accept: "a/b" } }, { headers: { Accept: "a/b" } }, { headers: { Accept: "c/d" } }],
    statuses: [200, 200, 200],
    backend: [{ reply: [{ body: "first", headers: { "X-N": "1" } }, { body: "second" }] }],
  },
  {
    name: "cached values",
    sections: {
      inbound: `<cache-lookup-value key="k" variable-name="v" default-value="none" />${header("X-V", '@((string)context.Variables["v"])')}<cache-store-value key="k" value="@(context.Request.Url.Path)" duration="300" />`,
    },
    requests: [{ path: "/one" }, { path: "/two" }],
    statuses: [200, 200],
  },
  {
    name: "xml to json",
    sections: { outbound: '<xml-to-json kind="direct" apply="always" consider-accept-header="false" />' },
    requests: [{}],
    statuses: [200],
    backend: [{ reply: { headers: { "Content-Type": "application/xml" }, body: '<a b="1"><c>x</c><c>y</c></a>' } }],
  },
  {
    name: "json to xml",
    sections: { outbound: '<json-to-xml apply="always" consider-accept-header="false" />' },
    requests: [{}],
    statuses: [200],
    backend: [{ reply: { body: { a: { b: [1, 2], c: "x" } } } }],
  },
  {
    name: "liquid, from JSON, and a body that is none",
    sections: { inbound: '<set-body template="liquid">{ "hello": "{{body.name}}", "n": {{body.list | size}} }</set-body>' },
    requests: [post('{"name":"Ann","list":[1,2,3]}'), post("{")],
    statuses: [200, 500],
  },
  {
    name: "find-and-replace in an answer, and addresses masked",
    sections: { outbound: '<find-and-replace from="cat" to="dog" /><redirect-content-urls />' },
    requests: [{}],
    statuses: [200],
    backend: [{ reply: { headers: { "Content-Type": "text/plain" }, body: "cat and cat" } }],
  },
  {
    name: "bodies in expressions",
    sections: {
      inbound:
        '<set-body>@{ var b = context.Request.Body.As<JObject>(preserveContent: true); b["n"] = (int)b["n"] + 1; return b.ToString(); }</set-body>',
    },
    requests: [post('{"n":1}'), post('{"m":1}')],
    statuses: [200, 500],
  },
  {
    name: "validate-content",
    sections: {
      inbound:
        '<validate-content unspecified-content-type-action="prevent" max-size="100" size-exceeded-action="prevent"><content type="application/json" validate-as="json" schema-id="a" action="prevent" /></validate-content>',
    },
    gateway: { schemas: { a: JSON.stringify({ type: "object", required: ["a"] }) } },
    requests: [post('{"a":1}'), post("{"), post("x", { "Content-Type": "text/plain" }), post(`{"a":"${"x".repeat(200)}"}`)],
    statuses: [200, 400, 400, 400],
  },
  {
    name: "cors: preflights and requests of origins, known and not",
    sections: {
      inbound:
        '<cors allow-credentials="true"><allowed-origins><origin>https://app.example</origin></allowed-origins><allowed-methods preflight-result-max-age="60"><method>PUT</method></allowed-methods><allowed-headers><header>X-A</header></allowed-headers></cors>',
    },
    requests: [
      {
        method: "OPTIONS",
        headers: {
          Origin: "https://app.example",
          "Access-Control-Request-Method": "PUT",
          "Access-Control-Request-Headers": "X-A",
        },
      },
      { method: "OPTIONS", headers: { Origin: "https://evil.example", "Access-Control-Request-Method": "PUT" } },
      { headers: { Origin: "https://app.example" } },
      { headers: { Origin: "https://evil.example" } },
    ],
    statuses: [200, 200, 200, 200],
  },
  {
    name: "return-response with a reason of its own",
    sections: {
      inbound: `<return-response><set-status code="418" reason="Short and Stout" />${header("X-Pot", "tea")}<set-body>@("for " + context.Request.IpAddress)</set-body></return-response>`,
    },
    requests: [{}],
    statuses: [418],
  },
  {
    name: "return-response without anything",
    sections: { inbound: "<return-response />" },
    requests: [{}, { method: "HEAD" }],
    statuses: [200, 200],
  },
  {
    name: "mock-response",
    sections: { inbound: '<mock-response status-code="202" content-type="application/json" />' },
    requests: [{}],
    statuses: [202],
  },
  {
    name: "on-error after an expression that fails",
    sections: {
      inbound: '<set-variable name="v" value="@(context.Request.Headers[&quot;X-None&quot;][0])" />',
      onError: `${told}<set-status code="422" reason="Told" />`,
    },
    requests: [{}],
    statuses: [422],
  },
  {
    name: "an expression that fails, unhandled",
    sections: { outbound: '<set-variable name="v" value="@(1 / int.Parse(&quot;0&quot;))" />' },
    requests: [{}],
    statuses: [500],
  },
  {
    name: "retry until the backend answers",
    sections: {
      backend:
        '<retry condition="@(context.Response.StatusCode == 503)" count="3" interval="0"><forward-request buffer-request-body="true" /></retry>',
    },
    requests: [post("again"), post("once")],
    statuses: [200, 200],
    backend: [{ reply: [{ status: 503 }, { status: 503 }, { status: 200, body: "at last" }] }],
  },
  {
    name: "send-request, whose answer decides",
    sections: {
      inbound: `<send-request mode="new" response-variable-name="r" timeout="20"><set-url>{{external}}/introspect?a=1</set-url><set-method>POST</set-method>${header("X-From", "gateway")}<set-body>@("token=" + context.Request.Headers.GetValueOrDefault("X-T", ""))</set-body></send-request><choose><when condition="@(!(bool)((IResponse)context.Variables[&quot;r&quot;]).Body.As<JObject>(true)[&quot;active&quot;])"><return-response response-variable-name="r"><set-status code="401" reason="Not Active" /></return-response></when></choose>`,
    },
    requests: [{ headers: { "X-T": "1" } }, {}],
    statuses: [401, 200],
    external: [{ reply: [{ body: { active: false }, headers: { "X-E": "e" } }, { body: { active: true } }] }],
  },
  {
    name: "send-request that gets no answer, its error ignored",
    sections: {
      inbound: `<send-request mode="new" response-variable-name="r" timeout="20" ignore-error="true"><set-url>{{external}}/e</set-url><set-method>GET</set-method></send-request>${header("X-Null", "@(context.Variables.GetValueOrDefault<IResponse>(&quot;r&quot;) == null ? &quot;yes&quot; : &quot;no&quot;)")}`,
    },
    requests: [{}],
    statuses: [200],
    external: [{ fail: "reset" }],
  },
  {
    name: "wait for two calls",
    sections: {
      inbound: `<wait for="all">${["a", "b"].map((name) => `<send-request mode="new" response-variable-name="${name}" timeout="20"><set-url>{{external}}/${name}</set-url><set-method>GET</set-method></send-request>`).join("")}</wait><return-response><set-body>@(((IResponse)context.Variables["a"]).Body.As<string>() + ((IResponse)context.Variables["b"]).StatusCode)</set-body></return-response>`,
    },
    requests: [{}],
    statuses: [200],
    external: [
      { when: { path: "/a" }, reply: { body: "A" } },
      { when: { path: "/b" }, reply: { status: 409 } },
    ],
  },
  {
    name: "choose and fragments",
    sections: {
      inbound:
        '<choose><when condition="@(context.Request.Method == &quot;GET&quot;)"><include-fragment fragment-id="f" /></when><otherwise><set-method>PUT</set-method></otherwise></choose>',
    },
    gateway: { fragments: { f: `<fragment>${header("X-F", "@(context.Operation.Id)")}</fragment>` } },
    requests: [{}, post("x")],
    statuses: [200, 200],
  },
  {
    name: "a backend that breaks off",
    sections: {},
    requests: [{}, post("x")],
    statuses: [502, 502],
    backend: [{ fail: "reset" }],
  },
  {
    name: "a backend that breaks off, told by on-error",
    sections: { onError: header("X-Source", "@(context.LastError.Source + context.LastError.Section)") },
    requests: [{}],
    statuses: [502],
    backend: [{ fail: "reset" }],
  },
  {
    name: "a backend's errors, with and without fail-on-error-status-code",
    sections: {
      backend:
        '<choose><when condition="@(context.Request.Method == &quot;GET&quot;)"><forward-request /></when><otherwise><forward-request fail-on-error-status-code="true" /></otherwise></choose>',
      onError: told,
    },
    requests: [{}, post("x")],
    statuses: [503, 503],
    backend: [{ reply: { status: 503, reason: "Away", headers: { "Retry-After": "7" }, body: "later" } }],
  },
  {
    name: "headers that come more than once, are appended, skipped and deleted",
    sections: {
      inbound: `${header("X-A", "2", "append")}${header("X-S", "new", "skip")}<set-header name="X-D" exists-action="delete" />`,
      outbound: `${header("Set-Cookie", "c=3", "append")}<set-header name="Server" exists-action="delete" />`,
    },
    requests: [{ headers: { "X-A": "1", "X-S": "old", "X-D": "gone" } }, {}],
    statuses: [200, 200],
    backend: [{ reply: { headers: { "Set-Cookie": ["a=1; Path=/", "b=2"], Server: "s", "X-Powered-By": "p" } } }],
  },
  {
    name: "status rewriting in outbound",
    sections: { outbound: '<set-status code="207" reason="Many" />' },
    requests: [{}],
    statuses: [207],
  },
  {
    name: "addresses, methods and parameters that are rewritten",
    sections: {
      inbound:
        '<rewrite-uri template="/new/path?z=1" copy-unmatched-params="true" /><set-query-parameter name="q" exists-action="append"><value>a b</value></set-query-parameter><set-query-parameter name="gone" exists-action="delete" /><set-method>DELETE</set-method>',
    },
    requests: [{ path: "/old?q=1&gone=2&keep=%C3%A4" }],
    statuses: [200],
  },
  {
    name: "answers without a body",
    sections: { outbound: header("X-Seen", "@(context.Response.StatusCode.ToString())") },
    requests: [{}, {}, {}],
    statuses: [204, 304, 200],
    backend: [{ reply: [{ status: 204 }, { status: 304, headers: { ETag: '"1"' } }, {}] }],
  },
  {
    name: "large bodies, there and back",
    sections: { outbound: header("X-Length", "@(context.Response.Body.As<string>(preserveContent: true).Length.ToString())") },
    requests: [post(large, { "Content-Type": "text/plain" }), post("", {})],
    statuses: [200, 200],
    backend: [{ reply: { headers: { "Content-Type": "text/plain" }, body: large } }],
  },
  {
    name: "a redirect that is not followed, and statuses without a known reason",
    sections: {},
    requests: [{}, {}, {}],
    statuses: [302, 299, 599],
    backend: [
      {
        reply: [
          { status: 302, headers: { Location: "/y" } },
          { status: 299, reason: "Own" },
          { status: 599, reason: "Other" },
        ],
      },
    ],
  },
];
