import { describe, expect, it } from "vitest";
import { findings, sent, url, world } from "./support.js";

const call = (inner: string, attributes = ""): string =>
  `<send-request response-variable-name="answer" ${attributes}>${inner}</send-request>`;
const to = "<set-url>https://side.example/x</set-url>";
const answer = { external: [{ reply: { status: 404, reason: "Gone fishing", headers: { "X-A": "1" }, body: "no" } }] };
const read = `<set-variable name="read" value="@(((IResponse)context.Variables["answer"]).StatusCode + ((IResponse)context.Variables["answer"]).Body.As<string>(true))" />`;

describe("send-request", () => {
  it("copies no header that looks like one that a policy sets, before or in the call", async () => {
    const set = (name: string): string => `<set-header name="${name}"><value>policy</value></set-header>`;
    const side = `<send-request mode="copy" response-variable-name="r"><set-url>https://side.example/x</set-url>${set("X-Role")}</send-request>`;
    const policy = await world(`${set("X-User")}${side}`, { external: [{ reply: {} }] });
    const { externalCalls } = await policy.send({ url, headers: { X_User: "eve", X_Role: "eve", X_Other: "1" } });
    const names = externalCalls[0]!.headers.names().filter((name) => name.startsWith("X"));
    expect(names).toEqual(["X_Other", "X-User", "X-Role"]);
  });

  it("puts any answer into the variable, errors of HTTP included", async () => {
    const { variables, externalCalls, backendCalls } = await (await world(call(to) + read, answer)).send({
      url,
      headers: { "X-Caller": "1" },
    });
    expect(variables["read"]).toBe("404no");
    expect(externalCalls[0]).toMatchObject({ method: "GET", url: "https://side.example/x" });
    expect([externalCalls[0]!.headers.size, externalCalls[0]!.body.length, backendCalls.length]).toEqual([0, 0, 1]);
  });

  it("is built by its children, in whatever order they stand", async () => {
    const policy = await world(
      call(
        `<set-body>@("b" + 1)</set-body><set-header name="X-A"><value>1</value><value>2</value></set-header><set-method>post</set-method>${to}`,
      ),
      answer,
    );
    const [request] = (await policy.send({ url })).externalCalls;
    expect([request!.method, request!.headers.getAll("X-A"), Buffer.from(request!.body).toString()]).toEqual([
      "POST",
      ["1", "2"],
      "b1",
    ]);
  });

  it("can be a copy of the request, whose body stays", async () => {
    const policy = await world(call(to, `mode="copy"`), answer);
    const { externalCalls, backendCalls } = await policy.send({
      url,
      method: "PUT",
      headers: { Host: "api.example", "X-A": "1" },
      body: "body",
    });
    expect(externalCalls[0]).toMatchObject({ method: "PUT", url: "https://side.example/x" });
    expect([
      sent(externalCalls[0], "X-A"),
      sent(externalCalls[0], "Host"),
      Buffer.from(externalCalls[0]!.body).toString(),
    ]).toEqual(["1", null, "body"]);
    expect(Buffer.from(backendCalls[0]!.body).toString()).toBe("body");
  });

  it("a copy without a URL goes where the request would go", async () => {
    const policy = await world(`<set-backend-service base-url="https://other.internal/b" />${call("", `mode="copy"`)}`, answer);
    expect((await policy.send({ url: `${url}?x=1` })).externalCalls[0]!.url).toBe("https://other.internal/b/orders?x=1");
  });

  it("a copy in outbound has no body", async () => {
    const policy = await world({ outbound: call(to, `mode="copy"`) }, answer);
    expect((await policy.send({ url, method: "POST", body: "body" })).externalCalls[0]!.body).toHaveLength(0);
  });

  it.each([
    ["refused", 502, "BackendConnectionFailure"],
    ["timeout", 504, "Timeout"],
  ] as const)("fails when the call does: %s", async (fail, status, reason) => {
    const { status: got, error } = await (await world(call(to, `timeout="5"`), { external: [{ fail }] })).send({ url });
    expect(got).toBe(status);
    expect(error).toMatchObject({ source: "send-request", reason });
  });

  it.each(["refused", "reset", "timeout"] as const)("leaves null when errors are ignored: %s", async (fail) => {
    const policy = await world(call(to, `timeout="5" ignore-error="true"`), { external: [{ fail }] });
    const { status, variables, elapsed } = await policy.send({ url });
    expect([status, variables, elapsed]).toEqual([200, { answer: null }, fail === "timeout" ? 5000 : 0]);
  });

  it.each([
    "<set-url>@(&quot;not a URL&quot;)</set-url>",
    "<set-url>@(&quot;ftp://x/&quot;)</set-url>",
    `${to}<set-body>@(int.Parse(&quot;x&quot;).ToString())</set-body>`,
  ])("does not ignore errors in building the request: %s", async (inner) => {
    const { error } = await (await world(call(inner, `ignore-error="true"`))).send({ url });
    expect(error).toMatchObject({ source: "send-request", reason: "ExpressionValueEvaluationFailure" });
  });

  it.each([
    [`<authentication-certificate certificate-id="@(&quot;none&quot;)" />`, "CertificateNotFound"],
    [`<authentication-certificate body="@(&quot;AAEC&quot;)" />`, "CertificateInvalid"],
    [`<authentication-managed-identity resource="r" />`, "ManagedIdentityTokenFailure"],
  ])("nor credentials that cannot be had: %s", async (inner, reason) => {
    const policy = await world(call(`${to}${inner}`, `ignore-error="true"`), { managedIdentity: { r: null } });
    const { status, error, externalCalls } = await policy.send({ url });
    expect([status, error!.source, error!.reason, externalCalls]).toEqual([500, "send-request", reason, []]);
  });

  it("carries credentials", async () => {
    const policy = await world(call(`${to}<authentication-basic username="ann" password="x:y" />`), answer);
    expect(sent((await policy.send({ url })).externalCalls[0], "Authorization")).toBe(`Basic ${btoa("ann:x:y")}`);
  });

  it.each([
    [call(""), ["error TP2011"]],
    [`<send-request>${to}</send-request>`, ["error TP2007"]],
    [call(`${to}${to}`), ["error TP2011"]],
    [call(`${to}<set-method>a b</set-method>`), ["error TP2008"]],
    [call(`${to}<authentication-certificate />`), ["error TP2101"]],
  ])("is checked at load time: %s", (xml, expected) => {
    expect(findings(xml)).toEqual(expected);
  });
});

describe("send-request with what the reference does not name", () => {
  it("fails after timeout-ms", async () => {
    const policy = await world(call(to, `timeout-ms="20" timeout="60"`), { external: [{ reply: { delay: 30 } }] });
    const { error, elapsed } = await policy.send({ url });
    expect([error!.reason, elapsed]).toEqual(["Timeout", 20]);
  });

  it.each([
    ["", [500, "BackendErrorStatusCode"]],
    [`ignore-error="true"`, [200, null]],
  ])("counts an error's status as a failure: %s", async (attributes, expected) => {
    const policy = await world(call(to, `fail-on-error-status-code="true" ${attributes}`), {
      external: [{ reply: { status: 404 } }],
    });
    const { status, error, variables } = await policy.send({ url });
    expect([status, error?.reason ?? null]).toEqual(expected);
    if (status === 200) expect(variables["answer"]).toBeNull();
  });

  it("puts a token on the call as it did in older documents", async () => {
    const policy = await world(call(`${to}<authentication-token resource-url="https://r.example" />`), {
      external: [{ reply: {} }],
    });
    const { externalCalls } = await policy.send({ url });
    expect(externalCalls[0]!.headers.get("Authorization")).toMatch(/^Bearer /);
  });
});
