// Every kind of policy that keeps something between requests, in a configuration that is a little different each time.
export const AUDIENCE = "api://soak";
/** Calls of a key in ten seconds, and of all in a day. */
const LIMIT = 20;

const document = ({ inbound = "", backend = "<base />", outbound = "" }) =>
  `<policies><inbound><base />${inbound}</inbound><backend>${backend}</backend><outbound><base />${outbound}</outbound><on-error><base /></on-error></policies>`;
const forward = `<forward-request timeout="2" />`;

const policies = (secret) => ({
  plain: {},
  token: {
    inbound: `<validate-jwt header-name="Authorization" require-scheme="Bearer"><issuer-signing-keys><key>${secret}</key></issuer-signing-keys><audiences><audience>${AUDIENCE}</audience></audiences></validate-jwt>`,
  },
  cached: {
    inbound: `<cache-lookup vary-by-developer="false" vary-by-developer-groups="false"><vary-by-query-parameter>key</vary-by-query-parameter></cache-lookup>`,
    outbound: `<cache-store duration="5" />`,
  },
  value: {
    inbound: `<cache-lookup-value key="@(context.Request.Url.Query.GetValueOrDefault("key", ""))" variable-name="v" /><choose><when condition="@(!context.Variables.ContainsKey("v"))"><cache-store-value key="@(context.Request.Url.Query.GetValueOrDefault("key", ""))" value="@(context.Request.Url.Query.GetValueOrDefault("key", "") + "!")" duration="5" /></when></choose>`,
  },
  limited: {
    inbound: `<rate-limit-by-key calls="${LIMIT}" renewal-period="10" counter-key="@(context.Request.Url.Query.GetValueOrDefault("key", ""))" remaining-calls-header-name="X-Left" /><quota-by-key calls="100000000" renewal-period="86400" counter-key="all" />`,
  },
  converted: {
    inbound: `<json-to-xml apply="always" consider-accept-header="false" /><find-and-replace from="item" to="part" />`,
    outbound: `<xml-to-json kind="direct" apply="always" consider-accept-header="false" /><set-body>@(context.Response.Body.As<JObject>(true).ToString())</set-body>`,
  },
  retried: {
    backend: `<retry condition="@(context.Response.StatusCode >= 500)" count="2" interval="0">${forward}</retry>`,
  },
  side: {
    inbound: `<send-request mode="new" response-variable-name="r" timeout="2" ignore-error="true"><set-url>{{upstream}}/good</set-url><set-method>GET</set-method></send-request><set-header name="X-Side" exists-action="override"><value>@(context.Variables.ContainsKey("r") && context.Variables["r"] != null ? ((IResponse)context.Variables["r"]).StatusCode.ToString() : "none")</value></set-header>`,
  },
  slots: { backend: `<limit-concurrency key="slots" max-count="20">${forward}</limit-concurrency>` },
});

/** @param version makes the configuration another one: its names, values and expressions */
export function configuration({ upstream, secret, version }) {
  const methods = ["GET", "POST"];
  const operations = Object.fromEntries(methods.map((method) => [method, { method, urlTemplate: "/*" }]));
  const stamp = `<set-header name="X-Version" exists-action="override"><value>@("v${version}-" + context.Request.Method + (${version} + 1).ToString())</value></set-header>`;
  const apis = {};
  for (const [path, { inbound = "", backend = forward, outbound = "" }] of Object.entries(policies(secret)))
    apis[path] = {
      path,
      serviceUrl: upstream,
      subscriptionRequired: false,
      policy: document({ inbound: stamp + inbound, backend, outbound }),
      operations,
    };
  apis.guarded = {
    path: "guarded",
    subscriptionRequired: false,
    operations,
    policy: document({ inbound: `<set-backend-service backend-id="guarded" />`, backend: forward }),
  };
  apis.socket = { path: "socket", type: "websocket", serviceUrl: upstream.replace("http:", "ws:"), subscriptionRequired: false };
  return {
    namedValues: { upstream, [`only-${version}`]: String(version) },
    backends: {
      guarded: {
        // A path of its own: calls to the address of an entity count as calls of it.
        url: `${upstream}/guarded`,
        circuitBreaker: {
          rules: [
            {
              failureCondition: { count: 5, interval: "PT10S", statusCodeRanges: [{ min: 500, max: 599 }] },
              tripDuration: "PT2S",
            },
          ],
        },
      },
    },
    apis,
  };
}
