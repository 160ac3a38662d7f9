import { describe, expect, it } from "vitest";
import { findings, url, world } from "./support.js";

const count = `<set-variable name="runs" value="@(context.Variables.GetValueOrDefault<int>("runs") + 1)" />`;
const retry = (
  attributes: string,
  inner = "<forward-request />",
  condition = "@(context.Response.StatusCode >= 500)",
): { backend: string } => ({
  backend: `<retry condition="${condition}" ${attributes}>${count}${inner}</retry>`,
});
const down = { backend: [{ reply: { status: 503, body: "down" } }] };

describe("retry", () => {
  it.each([
    ["fixed", `count="3" interval="10"`, 30_000],
    ["fixed, bounded", `count="3" interval="10" max-interval="4"`, 12_000],
    ["linear", `count="4" interval="2" delta="3"`, 26_000],
    ["first-fast-retry counts on", `count="3" interval="2" delta="3" first-fast-retry="true"`, 13_000],
    ["without waiting", `count="3" interval="0"`, 0],
    ["computed", `count="@(2)" interval="@(1.5)"`, 3000],
  ])("%s", async (_what, attributes, elapsed) => {
    expect(await (await world(retry(attributes), down)).send({ url })).toMatchObject({ status: 503, text: "down", elapsed });
  });

  it("grows exponentially, within a fifth", async () => {
    const { elapsed } = await (await world(retry(`count="5" interval="10" max-interval="100" delta="10"`), down)).send({ url });
    expect(elapsed).toBeGreaterThanOrEqual(10_000 + 18_000 + 34_000 + 66_000 + 100_000);
    expect(elapsed).toBeLessThanOrEqual(10_000 + 22_000 + 46_000 + 94_000 + 100_000);
  });

  it("ends with the first good answer", async () => {
    const policy = await world(retry(`count="5" interval="1"`), {
      backend: [{ reply: { status: 503 }, times: 2 }, { reply: { status: 200, body: "up" } }],
    });
    expect(await policy.send({ url })).toMatchObject({ status: 200, text: "up", elapsed: 2000, variables: { runs: 3 } });
  });

  it("repeats after a failure if the condition says so, which sees the error", async () => {
    const condition = `@(context.LastError != null &amp;&amp; context.Response.StatusCode == 502)`;
    const policy = await world(retry(`count="2" interval="1"`, undefined, condition), {
      backend: [{ fail: "refused", times: 1 }],
    });
    const { status, elapsed, error } = await policy.send({ url });
    expect([status, elapsed, error]).toEqual([200, 1000, null]);
  });

  it("does not show a run that succeeds the error of an earlier one", async () => {
    const policy = await world(
      retry(`count="3" interval="1"`, undefined, `@(context.LastError?.Reason == "BackendConnectionFailure")`),
      {
        backend: [{ fail: "refused", times: 1 }, { reply: { status: 201 } }],
      },
    );
    const { status, backendCalls } = await policy.send({ url });
    expect([status, backendCalls.length]).toEqual([201, 2]);
  });

  it("in on-error gives the error back that led there", async () => {
    const call = `<send-request response-variable-name="r"><set-url>https://audit.example/</set-url></send-request>`;
    const policy = await world(
      {
        inbound: `<check-header name="X-A" failed-check-httpcode="418" failed-check-error-message="no" ignore-case="true" />`,
        onError: `<retry condition="@(context.LastError.Source == "send-request")" count="2" interval="1">${call}</retry>`,
      },
      { external: [{ fail: "refused", times: 1 }, { reply: { status: 204 } }] },
    );
    expect(await policy.send({ url })).toMatchObject({
      status: 418,
      error: { source: "check-header", reason: "HeaderNotFound" },
    });
  });

  it("in outbound leaves the backend's response when a later run succeeds", async () => {
    const call = `<send-request response-variable-name="r"><set-url>https://audit.example/</set-url></send-request>`;
    const policy = await world(
      { outbound: `<retry condition="@(context.LastError != null)" count="2" interval="1">${call}</retry>` },
      {
        backend: [{ reply: { status: 202, body: "kept" } }],
        external: [{ fail: "refused", times: 1 }, { reply: { status: 204 } }],
      },
    );
    expect(await policy.send({ url })).toMatchObject({ status: 202, text: "kept", externalCalls: [{}, {}] });
  });

  it.each([
    ["the condition is false", "@(false)", 1],
    ["no retry is left", "@(true)", 3],
  ])("raises the failure after all when %s", async (_what, condition, runs) => {
    const policy = await world(retry(`count="2" interval="1"`, undefined, condition), { backend: [{ fail: "refused" }] });
    expect(await policy.send({ url })).toMatchObject({
      status: 502,
      variables: { runs },
      error: { source: "forward-request", section: "backend" },
    });
  });

  it("fails where its condition does", async () => {
    const { error } = await (await world(retry(`count="2" interval="1"`, undefined, "@(int.Parse(&quot;x&quot;) == 1)"))).send({
      url,
    });
    expect(error).toMatchObject({ source: "retry", reason: "ExpressionValueEvaluationFailure" });
  });

  it("ends with the request when a policy inside does", async () => {
    const policy = await world(retry(`count="2" interval="1"`, "<return-response />", "@(true)"));
    expect(await policy.send({ url })).toMatchObject({ status: 200, variables: { runs: 1 }, elapsed: 0 });
  });

  it("reads the body of each answer", async () => {
    const condition = `@(context.Response.Body.As<string>(true) == "again")`.replaceAll('"', "&quot;");
    const policy = await world(retry(`count="4" interval="1"`, undefined, condition), {
      backend: [{ reply: { body: "again" }, times: 2 }, { reply: { body: "done" } }],
    });
    expect(await policy.send({ url })).toMatchObject({ text: "done", variables: { runs: 3 } });
  });

  it("stops waiting when the caller goes", async () => {
    const policy = await world(retry(`count="5" interval="1000"`), down);
    const caller = new AbortController();
    policy.clock.setTimer(() => caller.abort(), 1500);
    expect(await policy.send({ url, signal: caller.signal })).toMatchObject({ status: 499, elapsed: 1500 });
  });

  it.each([
    [`count="0" interval="1"`, ["error TP2008"]],
    [`count="51" interval="1"`, ["error TP2008"]],
    [`count="1" interval="-1"`, ["error TP2008"]],
    [`interval="1"`, ["error TP2007"]],
    [`count="1"`, ["warning TP2007"]],
  ])("is checked at load time: %s", (attributes, expected) => {
    expect(findings(retry(attributes))).toEqual(expected);
  });
});
