import { holds, same } from "../engine/finding.mjs";
import { quotedIn, some } from "../engine/seeds.mjs";
import { world } from "../engine/world.mjs";

const POLICIES = `
<cors allow-credentials="true"><allowed-origins><origin>https://good.example</origin></allowed-origins><allowed-methods><method>*</method></allowed-methods><allowed-headers><header>x-ok</header></allowed-headers><expose-headers><header>*</header></expose-headers></cors>
<set-header name="X-User" exists-action="override"><value>policy</value></set-header>
<set-header name="Authorization" exists-action="override"><value>Basic policy</value></set-header>
<set-header name="X-Copy" exists-action="append"><value>@(context.Request.Headers.GetValueOrDefault("X-A", "none"))</value></set-header>
<set-header name="X-Gone" exists-action="delete" />
<set-variable name="basic" value="@(context.Request.Headers.GetValueOrDefault("X-Basic", "").AsBasic()?.UserId ?? "")" />
<rate-limit-by-key calls="1000000000" renewal-period="10" counter-key="@(context.Request.Headers.GetValueOrDefault("X-A", ""))" />
<choose><when condition="@(context.Request.Headers.ContainsKey("X-Check"))"><check-header name="X-Check" failed-check-httpcode="418" failed-check-error-message="no" ignore-case="true"><value>yes</value></check-header></when></choose>
<choose><when condition="@(context.Request.Headers.ContainsKey("X-Cache"))"><cache-lookup vary-by-developer="false" vary-by-developer-groups="false"><vary-by-header>X-A</vary-by-header></cache-lookup></when></choose>`;
const OUTBOUND = `<set-header name="X-Back" exists-action="override"><value>@(context.Response.Headers.GetValueOrDefault("X-Answer", "none"))</value></set-header><cache-store duration="30" />`;

/** Header lines of callers, and behind an empty line those of a backend. What policies set stays set. */
export const front = {
  tokens:
    'Connection: close Keep-Alive: Transfer-Encoding: chunked Upgrade: websocket TE: trailers Trailer: Host: gateway.example Content-Length: 0 Content-Type: application/json Authorization: Basic Bearer Cookie: a=b; Set-Cookie: Origin: https://good.example null Access-Control-Request-Method: X-User X-Forwarded-For: X-Forwarded-Host: Forwarded: for= Expect: 100-continue Range: bytes=0- If-None-Match: * Cache-Control: no-cache,max-age=0 Vary: Date: ETag: "x" W/ q=0.5 ;charset=utf-8 X-A: X-Basic: X-Check: yes X-Cache: 1 X-Answer: Location: \n\n \t , __proto__: constructor: :authority'.split(
      " ",
    ),
  seeds: () => [
    "Host: gateway.example\nX-A: 1\nX-A: 2\nCookie: a=b; c=d",
    "Host: gateway.example\nConnection: close, X-User, Authorization\nKeep-Alive: timeout=5\nTE: trailers",
    "Host: Gateway.Example:80\nOrigin: https://good.example\nX-Check: yes\n\nSet-Cookie: a=b; Path=/\nConnection: X-Back\nVary: X-A\nCache-Control: max-age=60",
    'Host: gateway.example:00080\nX-Basic: Basic dXNlcjpwYXNz\nX-Cache: 1\n\nETag: "1"\nX-Answer: yes',
    ...some(
      quotedIn("test/core/http", "headers.test.ts").concat(
        quotedIn("test/core/policies", "cors.test.ts", /:/),
        quotedIn("test/core/policies", "check-header.test.ts", /:/),
      ),
      150,
    ),
  ],
  async open() {
    let answer = [];
    const { send } = await world({
      sections: { inbound: POLICIES, outbound: OUTBOUND },
      answer: () => ({ headers: [["Content-Type", "text/plain"], ...answer] }),
    });
    return {
      async run(bytes) {
        const text = bytes.toString("latin1");
        const gap = text.indexOf("\n\n");
        const headers = lines(gap < 0 ? text : text.slice(0, gap));
        answer = gap < 0 ? [] : lines(text.slice(gap + 2));
        const result = await send({ headers, ipAddress: "192.0.2.7" }, text);
        for (const name of ["connection", "transfer-encoding"])
          holds(!result.headers.has(name), "injected", `the answer has ${name}`);
        for (const { headers: out, url } of result.sent) {
          same(out.getAll("x-user"), ["policy"], "X-User, set by a policy");
          same(out.getAll("authorization"), ["Basic policy"], "Authorization, set by a policy");
          same(out.getAll("host"), ["backend.internal"], "Host, which no policy has set");
          holds(out.has("x-copy"), "differs", "X-Copy, appended by a policy, is gone");
          for (const name of ["connection", "keep-alive", "proxy-connection", "te", "upgrade", "x-gone", "transfer-encoding"])
            holds(!out.has(name), "injected", `the backend gets ${name}`);
          same(url, "http://backend.internal/base/x", "the backend's URL");
        }
        if (result.status === 200 && result.sent.length > 0)
          holds(result.headers.has("x-back"), "differs", "X-Back, set by a policy, is gone");
        const allowed = result.headers.get("access-control-allow-origin");
        holds(
          allowed === null || allowed.toLowerCase() === "https://good.example" || answer.length > 0,
          "open",
          `the origin ${allowed} is allowed`,
        );
      },
    };
  },
};

/** Header lines as a server would hand them over: names are tokens, values without line ends. */
function lines(text) {
  const found = [];
  for (const line of text.split("\n")) {
    const at = line.indexOf(":");
    if (at < 1) continue;
    const name = line.slice(0, at).trim();
    if (/^[!#$%&'*+.^_`|~\w-]+$/.test(name))
      found.push([
        name,
        line
          .slice(at + 1)
          .trim()
          .replace(/[^\t\x20-\x7e\x80-\xff]/g, ""),
      ]);
  }
  return found;
}
