import { describe, expect, it } from "vitest";
import { Headers } from "#core/http/headers.js";
import { TransportError } from "#core/http/transport.js";
import { definePolicy } from "#core/policy/define.js";
import { apiWith, gatewayOf, policies, ran, set } from "./gateway.js";

const boom = "@(((string)null).Length)";

describe("failures", () => {
  it("an expression that throws is a 500 that tells the caller nothing", async () => {
    const { send } = await gatewayOf(apiWith(policies({ inbound: `<set-variable id="here" name="a" value="${boom}" />` })));
    const { status, reason, body, exchange, sent } = await send("/api/x");
    expect([status, reason, sent.length]).toEqual([500, "Internal Server Error", 0]);
    expect(JSON.parse(body)).toEqual({ statusCode: 500, message: "Internal server error", activityId: exchange.requestId });
    expect(exchange.lastError).toEqual({
      source: "set-variable",
      reason: "ExpressionValueEvaluationFailure",
      message: "Expression evaluation failed. Object reference not set to an instance of an object.",
      scope: "api",
      section: "inbound",
      path: "set-variable[1]",
      policyId: "here",
      status: 500,
    });
  });

  it.each([
    ["/api/..;/x", /^The URL is not valid: its path has segments that some servers take for dot segments/],
    ["/api/a%2F..%2Fx", /^The URL is not valid: its path has segments that some servers take for dot segments/],
  ])("a refused URL says why to operators, and nothing to callers: %s", async (path, message) => {
    const { send } = await gatewayOf(apiWith(policies({})));
    const { status, body, exchange } = await send(path);
    expect([status, JSON.parse(body)]).toEqual([400, { statusCode: 400, message: "Bad request" }]);
    expect(exchange.lastError!.message).toMatch(message);
  });

  it("paths count siblings of one name, through branches and fragments", async () => {
    const inner = `${set("b", "1")}<choose><when condition="false"></when><when condition="true">${set("c", "1")}${set("d", boom)}</when></choose>`;
    const direct = await gatewayOf(apiWith(policies({ inbound: `${set("a", "1")}${inner}` })));
    expect((await direct.send("/api/x")).exchange.lastError!.path).toBe("choose[1]\\when[2]\\set-variable[2]");
    const included = await gatewayOf(
      apiWith(policies({ inbound: `<base /><include-fragment fragment-id="f" />` }), {
        fragments: { f: `<fragment>${inner}</fragment>` },
      }),
    );
    expect((await included.send("/api/x")).exchange.lastError!.path).toBe(
      "include-fragment[1]\\choose[1]\\when[2]\\set-variable[2]",
    );
  });

  it("a failing condition is placed at its branch", async () => {
    const { send } = await gatewayOf(
      apiWith(
        policies({
          inbound: `<choose><when condition="@((string)null == "x")"></when><when condition="@(((string)null).Length > 1)"></when></choose>`,
        }),
      ),
    );
    expect((await send("/api/x")).exchange.lastError).toMatchObject({ source: "choose", path: "choose[1]\\when[2]" });
  });

  it.each([
    ["connection", "BackendConnectionFailure", 502, 500],
    ["timeout", "Timeout", 504, 500],
  ] as const)("%s of the backend", async (kind, reason, ours, theirs) => {
    const configuration = apiWith(policies({ backend: "<forward-request />", "on-error": ran("error") }));
    const fail = () => Promise.reject(new TransportError(kind, "it broke"));
    for (const [gatewayErrors, status] of [
      ["turnpike", ours],
      ["apim", theirs],
    ] as const) {
      const outcome = await (await gatewayOf(configuration, fail, { gatewayErrors })).send("/api/x");
      expect(outcome.status).toBe(status);
      expect(outcome.exchange.lastError).toMatchObject({
        source: "forward-request",
        reason,
        section: "backend",
        message: "it broke",
        status,
      });
      expect(outcome.headers.get("x-ran")).toBe("error");
    }
  });

  it("outbound failures replace the backend's answer", async () => {
    const { send } = await gatewayOf(apiWith(policies({ backend: "<base />", outbound: `${ran("before")}${set("a", boom)}` })));
    const { status, headers, body } = await send("/api/x");
    expect([status, headers.has("x-ran"), JSON.parse(body).message]).toEqual([500, false, "Internal server error"]);
  });

  it("a fault in a policy's code is logged, and hidden from the caller", async () => {
    const logged: object[] = [];
    const faulty = definePolicy({
      name: "faulty",
      category: "transformation",
      summary: "Fails.",
      sections: ["inbound"],
      scopes: ["api"],
      attributes: {},
      children: {},
      compile: () => () => {
        throw new TypeError("x is not a function");
      },
    });
    const { send } = await gatewayOf(apiWith(policies({ inbound: "<faulty />" })), undefined, {
      policies: [faulty],
      logger: { debug() {}, info() {}, warn() {}, error: (fields) => void logged.push(fields) },
    });
    const { status, body, exchange } = await send("/api/x");
    expect([status, JSON.parse(body).message, exchange.lastError!.source]).toEqual([500, "Internal server error", "faulty"]);
    expect(logged).toHaveLength(1);
  });
});

describe("on-error", () => {
  it("shapes the error response", async () => {
    const shaped = policies({
      inbound: set("a", boom),
      "on-error": `<set-status code="418" reason="Teapot" /><set-header name="X-Why" exists-action="override"><value>@(context.LastError.Reason + " " + context.Response.StatusCode)</value></set-header><set-body>@("was " + context.LastError.Source)</set-body>`,
    });
    const { status, reason, headers, body } = await (await gatewayOf(apiWith(shaped))).send("/api/x");
    expect([status, reason, headers.get("x-why"), body]).toEqual([
      418,
      "Teapot",
      "ExpressionValueEvaluationFailure 418",
      "was set-variable",
    ]);
  });

  it("does not run where nothing failed, nor after return-response", async () => {
    const returned = policies({
      inbound: `<return-response><set-status code="202" reason="Taken" /><set-body>later</set-body></return-response>${ran("never")}`,
      outbound: ran("never"),
      "on-error": ran("never"),
    });
    const { status, body, headers, sent, exchange } = await (await gatewayOf(apiWith(returned))).send("/api/x");
    expect([status, body, headers.has("x-ran"), sent.length, exchange.lastError]).toEqual([202, "later", false, 0, null]);
  });

  it("return-response in on-error replaces all of the error response and ends the outer scopes' on-error", async () => {
    const api = policies({
      inbound: set("a", boom),
      "on-error": `<return-response><set-body>mine</set-body></return-response><base />`,
    });
    const outcome = await (
      await gatewayOf(apiWith(api, { policy: policies({ backend: "<forward-request />", "on-error": ran("global") }) }))
    ).send("/api/x");
    expect([outcome.status, outcome.body, outcome.headers.has("x-ran"), outcome.headers.has("content-type")]).toEqual([
      200,
      "mine",
      false,
      false,
    ]);
  });

  it("an error in on-error drops the rest and what was made so far", async () => {
    const twice = policies({
      inbound: set("a", boom),
      "on-error": `<set-status code="418" reason="Teapot" />${ran("first")}${set("b", '@(int.Parse("x"))')}${ran("last")}`,
    });
    const { status, headers, body, exchange } = await (await gatewayOf(apiWith(twice))).send("/api/x");
    expect([status, headers.has("x-ran"), JSON.parse(body).message]).toEqual([500, false, "Internal server error"]);
    expect(exchange.lastError).toMatchObject({ section: "on-error", source: "set-variable", path: "set-variable[1]" });
  });
});

describe("built-in answers", () => {
  it("keys: the documented texts and header", async () => {
    const configuration = apiWith(policies({}));
    const { send } = await gatewayOf({ apis: { api: { ...configuration.apis!["api"]!, subscriptionRequired: true } } });
    const missing = await send("/api/x");
    expect([missing.status, missing.reason]).toEqual([401, "Access Denied"]);
    expect(JSON.parse(missing.body).message).toBe(
      "Access denied due to missing subscription key. Make sure to include subscription key when making requests to an API.",
    );
    expect(missing.exchange.lastError!.message).toMatch(/requests to this API\.$/);
    expect(missing.headers.get("www-authenticate")).toBe(
      'AzureApiManagementKey realm="https://gateway.example/api",name="Ocp-Apim-Subscription-Key",type="header"',
    );
    expect((await send("/api/x?subscription-key=guess")).exchange.lastError).toMatchObject({
      reason: "SubscriptionKeyInvalid",
      source: "authorization",
    });
  });

  it("nothing there", async () => {
    const { status, reason, body, exchange } = await (await gatewayOf({})).send("/x");
    expect([status, reason, JSON.parse(body)]).toEqual([
      404,
      "Resource Not Found",
      { statusCode: 404, message: "Resource not found" },
    ]);
    expect(exchange.lastError).toMatchObject({
      source: "configuration",
      reason: "OperationNotFound",
      scope: null,
      section: null,
      path: null,
    });
  });

  it("health, whatever is configured", async () => {
    const { status, body } = await (await gatewayOf({})).send("/status-0123456789abcdef");
    expect([status, body]).toEqual([200, ""]);
  });

  it("a URL that is none", async () => {
    const { gateway } = await gatewayOf({});
    expect((await gateway.handle({ method: "GET", url: "http://a b/", headers: {} })).status).toBe(400);
  });
});

describe("bodies", () => {
  async function* stream(size: number): AsyncIterable<Uint8Array> {
    yield Buffer.alloc(size, "x");
    yield Buffer.alloc(size, "y");
  }

  it("stream through when nobody reads them", async () => {
    const body = stream(3);
    const { sent, body: answer } = await (await gatewayOf(apiWith(policies({})), () => ({ body: stream(2) }))).send("/api/x", {
      method: "POST",
      body,
    });
    expect(Symbol.asyncIterator in (sent[0]!.body as object)).toBe(true);
    expect(answer).toBe("xxyy");
  });

  it("are buffered when an expression reads them, and go on as they were", async () => {
    const reading = policies({
      inbound: set("in", "@(context.Request.Body.As<string>(preserveContent: true).Length)"),
      backend: "<base />",
      outbound: set("out", "@(context.Response.Body.As<string>(preserveContent: true).Length)"),
    });
    const { send } = await gatewayOf(apiWith(reading), () => ({ body: stream(2) }));
    const { sent, exchange, body } = await send("/api/x", { method: "POST", body: stream(3) });
    expect(Buffer.from(sent[0]!.body as Uint8Array).toString()).toBe("xxxyyy");
    expect([exchange.variables.get("in"), exchange.variables.get("out"), body]).toEqual([6, 4, "xxyy"]);
  });

  it("are refused beyond the limit: 413 for requests, 502 for responses", async () => {
    const reading = policies({
      inbound: `<choose><when condition="@(context.Request.Method == "POST")">${set("in", "@(context.Request.Body.As<string>(true))")}</when></choose>`,
      backend: "<base />",
      outbound: set("out", "@(context.Response.Body.As<string>(true))"),
    });
    const { send } = await gatewayOf(apiWith(reading), () => ({ body: stream(60) }), { bodyLimit: 100 });
    const posted = await send("/api/x", { method: "POST", body: stream(60) });
    expect([posted.status, posted.exchange.lastError!.reason]).toEqual([413, "RequestEntityTooLarge"]);
    const got = await send("/api/x");
    expect([got.status, got.exchange.lastError!.reason]).toEqual([502, "ResponseEntityTooLarge"]);
  });

  it.each([
    ["a policy that changes the response", { outbound: '<find-and-replace from="a" to="b" />' }],
    [
      "the answer to send-request",
      {
        inbound:
          '<send-request response-variable-name="r" mode="new"><set-url>https://side.example/</set-url><set-method>GET</set-method></send-request>',
        outbound: "<base />",
      },
    ],
  ])("are refused beyond the limit with 502 for %s", async (_what, sections) => {
    const document = policies({ backend: "<base />", ...sections });
    const { send } = await gatewayOf(apiWith(document), () => ({ body: stream(60) }), { bodyLimit: 100 });
    const got = await send("/api/x");
    expect([got.status, got.exchange.lastError!.reason]).toEqual([502, "ResponseEntityTooLarge"]);
  });

  it("a streamed body is not sent twice", async () => {
    const twice = (flag: string) =>
      policies({
        backend: `<retry condition="@(context.Response.StatusCode == 503)" count="1" interval="0"><forward-request ${flag} /></retry>`,
      });
    const busy = () => ({ status: 503 });
    const once = await (await gatewayOf(apiWith(twice("")), busy)).send("/api/x", { method: "POST", body: stream(1) });
    expect([once.sent.length, once.exchange.lastError?.reason]).toEqual([1, "RequestBodyNotBuffered"]);
    const again = await (await gatewayOf(apiWith(twice('buffer-request-body="true"')), busy)).send("/api/x", {
      method: "POST",
      body: stream(1),
    });
    expect(again.sent.map((sent) => Buffer.from(sent.body as Uint8Array).toString())).toEqual(["xy", "xy"]);
  });

  it("headers follow the body that goes out", async () => {
    const replaced = policies({
      inbound: "<set-body>longer than before</set-body>",
      backend: "<base />",
      outbound: "<set-body>short</set-body>",
    });
    const { send } = await gatewayOf(apiWith(replaced), () => ({
      headers: new Headers([
        ["Content-Length", "999"],
        ["Transfer-Encoding", "chunked"],
      ]),
    }));
    const { sent, headers } = await send("/api/x", { method: "POST", body: "b", headers: { "Content-Length": "1" } });
    expect(sent[0]!.headers.has("content-length")).toBe(false);
    expect([headers.get("content-length"), headers.has("transfer-encoding")]).toEqual(["5", false]);
  });
});

describe("callers that go away", () => {
  it("end the pipeline between two steps", async () => {
    const abort = new AbortController();
    const { send } = await gatewayOf(apiWith(policies({ backend: "<base />", outbound: ran("never") })), () => {
      abort.abort();
      return {};
    });
    const { exchange, headers } = await send("/api/x", { signal: abort.signal });
    expect(exchange.lastError).toMatchObject({ reason: "ClientConnectionFailure", status: 499 });
    expect(headers.has("x-ran")).toBe(false);
  });
});
