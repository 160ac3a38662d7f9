import type { GatewayConfiguration } from "../../config/configuration.js";

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/**
 * APIs for contracts: `/plain` leaves messages alone, `/read` reads bodies, `/change` changes everything, `/says` tells the backend who calls,
 * `/answer` and `/fail` need no backend.
 */
export function contractConfiguration(serviceUrl: string): GatewayConfiguration {
  const api = (path: string, inbound: string, outbound = "", onError = "") => ({
    path,
    serviceUrl,
    subscriptionRequired: false,
    policy: `<policies><inbound>${inbound}</inbound><backend><forward-request /></backend><outbound>${outbound}</outbound><on-error>${onError}</on-error></policies>`,
    operations: Object.fromEntries(METHODS.map((method) => [method.toLowerCase(), { method, urlTemplate: "/*" }])),
  });
  const header = (name: string, ...values: string[]): string =>
    `<set-header name="${name}" exists-action="override">${values.map((value) => `<value>${value}</value>`).join("")}</set-header>`;
  const read = (message: string): string =>
    `<set-variable name="${message}" value="@(context.${message}.Body?.As&lt;string&gt;(preserveContent: true) ?? &quot;&quot;)" />`;
  const side = `<send-request mode="new" response-variable-name="side"><set-url>${serviceUrl}/never</set-url></send-request>`;
  return {
    apis: {
      plain: api("plain", ""),
      read: api("read", read("Request"), read("Response")),
      change: api(
        "change",
        `<set-method>PUT</set-method><rewrite-uri template="/changed?q=1" />${header("X-Changed", "yes")}<set-body>changed by policy</set-body>`,
        `<set-status code="202" reason="Changed" />${header("X-Out", "1", "2")}<set-body>another body</set-body>`,
      ),
      says: api(
        "says",
        `${header("X-User", "ann")}<authentication-basic username="u" password="p" /><choose>
          <when condition="@(context.Request.OriginalUrl.Query.ContainsKey(&quot;host&quot;))">${header("Host", "@(context.Request.OriginalUrl.Host)")}</when></choose>`,
        header("X-Out", "policy"),
      ),
      answer: api(
        "answer",
        `<return-response><set-status code="418" reason="Teapot" />${header("X-From", "policy")}<set-body>short</set-body></return-response>`,
      ),
      waits: api("waits", side),
      socket: {
        path: "socket",
        type: "websocket",
        serviceUrl: `${serviceUrl.replace("http:", "ws:")}/live`,
        subscriptionRequired: false,
        policy: `<policies><inbound>
          <choose><when condition="@(context.Request.OriginalUrl.Query.ContainsKey(&quot;no&quot;))"><return-response>
            <set-status code="401" reason="Who" /><set-body>who are you</set-body></return-response></when></choose>
          ${header("X-Changed", "yes")}<set-body>not for handshakes</set-body></inbound>
          <backend><forward-request /></backend><outbound>${header("X-Out", "1")}</outbound></policies>`,
      },
      refusing: { path: "refusing", type: "websocket", serviceUrl: `${serviceUrl}/refuse`, subscriptionRequired: false },
      fail: api("fail", '<set-variable name="x" value="@(int.Parse(&quot;x&quot;))" />', "", header("X-Failed", "yes")),
    },
  };
}
