import { describe, expect, it } from "vitest";
import { createGateway, definePolicy, type GatewayConfiguration, type GatewayOptions, Headers } from "#core/index.js";

const policies = (inbound: string): string =>
  `<policies><inbound>${inbound}</inbound><backend><forward-request /></backend><outbound /><on-error /></policies>`;

/** The URL that a call goes to, or the status and reason without one. */
async function sentTo(
  inbound: string,
  request: { path?: string; headers?: Record<string, string> } = {},
  more: { configuration?: Partial<GatewayConfiguration>; options?: GatewayOptions; urlTemplate?: string } = {},
): Promise<string> {
  const sent: string[] = [];
  let reason: string | null = null;
  const gateway = await createGateway(
    {
      apis: {
        a: {
          path: "api",
          serviceUrl: "http://backend.example/base/v1",
          subscriptionRequired: false,
          policy: policies(inbound),
          operations: { get: { method: "GET", urlTemplate: more.urlTemplate ?? "/*" } },
        },
      },
      ...more.configuration,
    },
    {
      transport: async ({ url }) => {
        sent.push(url);
        return { status: 200, reason: "OK", headers: new Headers(), body: null };
      },
      ...more.options,
    },
  );
  const { status } = await gateway.handle(
    { method: "GET", url: `http://gateway.example/api${request.path ?? "/x"}`, headers: request.headers ?? {} },
    { observe: ({ lastError }) => (reason = lastError?.reason ?? null) },
  );
  return sent.length > 0 ? sent.join(" ") : `${status} ${reason}`;
}

const base = "http://backend.example/base/v1";
const header = `context.Request.Headers.GetValueOrDefault(&quot;X&quot;, &quot;&quot;)`;
const climbing = ["../../admin", "%2e%2e/%2E./admin", "./../.%2e/admin", "a/../../../admin"];
const doubtful = ["..%2f..%2fadmin", "..\\..\\admin", "%2e%2e%5c..%5cadmin", "..;/..;/admin", "a%2F..%2f..%2f..%2Fadmin"];

describe("a path that a caller writes", () => {
  it.each(climbing)("does not leave the service URL: %s", async (path) => {
    expect(await sentTo("", { path: `/${path}` })).toBe("404 OperationNotFound");
    expect(await sentTo("", { path: `/a/b/${path}` })).toMatch(/^http:\/\/backend\.example\/base\/v1\/(?:a\/|b\/)?admin$/);
  });

  it.each(doubtful)("is refused where servers read it in different ways: %s", async (path) => {
    expect(await sentTo("", { path: `/a/b/${path}` })).toBe("400 BadRequest");
  });

  it.each([
    ["/a%2Fb", `${base}/a%2Fb`, "400 BadRequest"],
    ["/a%5cb", `${base}/a%5cb`, "400 BadRequest"],
    ["/a\\b", `${base}/a\\b`, "400 BadRequest"],
    ["/a%20b?c=%2F%5C", `${base}/a%20b?c=%2F%5C`, `${base}/a%20b?c=%2F%5C`],
  ])("may have encoded slashes and backslashes unless pathEncoding is strict: %s", async (path, plain, strict) => {
    const configured = { configuration: { pathEncoding: "strict" } } as const;
    expect(await sentTo("", { path })).toBe(plain);
    expect(await sentTo("", { path }, configured)).toBe(strict);
    expect(await sentTo("", { path }, { options: { pathEncoding: "strict" } })).toBe(strict);
    expect(await sentTo("", { path }, { ...configured, options: { pathEncoding: "plain" } })).toBe(plain);
  });
});

describe("a path that policies make of what callers send", () => {
  const rewrite = `<rewrite-uri template="@(&quot;/files/&quot; + ${header})" />`;

  it.each(climbing)("by an expression does not leave the service URL: %s", async (X) => {
    expect(await sentTo(rewrite, { headers: { X } })).toBe(`${base}/admin`);
  });

  it.each(doubtful)("by an expression is refused where servers read it in different ways: %s", async (X) => {
    expect(await sentTo(rewrite, { headers: { X } })).toBe("500 PathNotAllowed");
  });

  it.each(["..", ".", "../..", "..\\", "..;", "..;x", "a/../.."])("by a parameter has no dot segments: %s", async (value) => {
    const rewritten = `<rewrite-uri template="/users/{name}/public" />`;
    const more = { urlTemplate: "/find?name={name}" };
    expect(await sentTo(rewritten, { path: `/find?name=${encodeURIComponent(value)}` }, more)).toBe("400 PathNotAllowed");
    expect(await sentTo(rewritten, { path: "/find?name=a..b" }, more)).toBe(`${base}/users/a..b/public`);
  });

  it("keeps an author's own dot segments as HTTP has them", async () => {
    expect(
      await sentTo(`<rewrite-uri template="/a/../b/{name}" />`, { path: "/find?name=x" }, { urlTemplate: "/find?name={name}" }),
    ).toBe(`${base}/b/x`);
    expect(await sentTo(`<set-backend-service base-url="http://other.example/a/../b/" />`)).toBe("http://other.example/b/x");
  });

  it.each([...climbing, ...doubtful])("by an expression for a base URL is refused: %s", async (X) => {
    const set = `<set-backend-service base-url="@(&quot;http://other.example/tenants/&quot; + ${header})" />`;
    expect(await sentTo(set, { headers: { X } })).toBe("500 PathNotAllowed");
    expect(await sentTo(set, { headers: { X: "ann" } })).toBe("http://other.example/tenants/ann/x");
  });

  it.each([...climbing, ...doubtful])("by an expression for a call on the side is refused: %s", async (X) => {
    const call = `<send-request mode="new" response-variable-name="r"><set-url>@("http://side.example/users/" + context.Request.Headers.GetValueOrDefault("X", ""))</set-url></send-request>`;
    expect(await sentTo(call, { headers: { X } })).toBe("500 PathNotAllowed");
    expect(await sentTo(call, { headers: { X: "ann" } })).toBe(`http://side.example/users/ann ${base}/x`);
  });

  it.each([
    ["/../../admin", `${base}/admin`],
    ["/..%2fadmin", "500 PathNotAllowed"],
  ])("by a policy of the host's own does not leave the service URL: %s", async (path, expected) => {
    const own = definePolicy({
      name: "own-path",
      category: "routing",
      summary: "Sets the path.",
      sections: ["inbound"],
      scopes: ["api"],
      attributes: {},
      children: {},
      compile: () => (exchange) => {
        exchange.request.url = exchange.request.url.with({ path });
        return "continue";
      },
    });
    expect(await sentTo("<own-path />", {}, { options: { policies: [own] } })).toBe(expected);
  });
});

it.each([
  ["http://backend.example/a/../b", "http://backend.example/b/x"],
  ["http://backend.example/a/..%2fb", "TP3005"],
])("a service URL has no dot segments: %s", async (serviceUrl, expected) => {
  const configuration = {
    apis: {
      a: { path: "api", serviceUrl, subscriptionRequired: false, operations: { get: { method: "GET", urlTemplate: "/*" } } },
    },
  };
  const sent = sentTo("", {}, { configuration }).catch(({ diagnostics }) => diagnostics[0].code as string);
  expect(await sent).toBe(expected);
});
