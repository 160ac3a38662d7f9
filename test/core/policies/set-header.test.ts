import { describe, expect, it } from "vitest";
import { findings, sent, url, world } from "./support.js";

const header = (attributes: string, ...values: string[]): string =>
  `<set-header name="X-A" ${attributes}>${values.map((value) => `<value>${value}</value>`).join("")}</set-header>`;

describe("set-header", () => {
  it.each([
    ["override replaces", header('exists-action="override"', "new"), { "x-a": ["1", "2"] }, ["new"]],
    ["override is the default", header("", "new"), { "X-A": "1" }, ["new"]],
    ["override adds", header("", "new"), {}, ["new"]],
    ["override takes several values", header("", "a", "b"), { "X-A": "1" }, ["a", "b"]],
    ["override without a value removes", header(""), { "X-A": "1" }, []],
    ["skip leaves", header('exists-action="skip"', "new"), { "X-A": "1" }, ["1"]],
    ["skip adds", header('exists-action="skip"', "new"), {}, ["new"]],
    ["append adds behind", header('exists-action="append"', "new"), { "X-A": "1" }, ["1", "new"]],
    ["append to nothing sets", header('exists-action="append"', "new"), {}, ["new"]],
    ["append of nothing leaves", header('exists-action="append"'), { "X-A": "1" }, ["1"]],
    ["delete removes", header('exists-action="delete"', "new"), { "X-A": ["1", "2"] }, []],
    ["delete of nothing is no error", header('exists-action="delete"'), {}, []],
    ["null is left out", header("", "@((string)null)", "b"), { "X-A": "1" }, ["b"]],
    ["nothing but null removes", header("", "@((string)null)"), { "X-A": "1" }, []],
    ["an empty value is a value", header("", ""), { "X-A": "1" }, [""]],
    ["blanks around literals go", header("", "  a b\n  "), {}, ["a b"]],
    ["a computed action", header('exists-action="@("delete")"', "a"), { "X-A": "1" }, []],
  ])("%s", async (_what, inbound, headers, expected) => {
    const { backendCalls } = await (await world(inbound)).send({ url, headers });
    expect(backendCalls[0]!.headers.getAll("X-A")).toEqual(expected);
  });

  it("acts on the response in outbound and on-error", async () => {
    const set = `<set-header name="X-Where"><value>here</value></set-header>`;
    const good = await (await world({ outbound: set })).send({ url });
    expect([good.headers.get("X-Where"), sent(good.backendCalls[0], "X-Where")]).toEqual(["here", null]);
    const bad = await (await world({ inbound: `<set-variable name="x" value="@(1/int.Parse("0"))" />`, onError: set })).send({
      url,
    });
    expect(bad.headers.get("X-Where")).toBe("here");
  });

  it.each(["a\r\nX-Evil: 1", "a\nb", "a\0b", "snow ☃"])("refuses a computed value with %j", async (value) => {
    const policy = await world(`<set-header name="X-A"><value>@(context.Request.Body.As<string>(true))</value></set-header>`);
    const { status, error, backendCalls } = await policy.send({ url, method: "POST", body: value });
    expect([status, backendCalls.length]).toEqual([500, 0]);
    expect(error).toMatchObject({ source: "set-header", reason: "ExpressionValueEvaluationFailure" });
  });

  it.each(["a b", "a:b", "é"])("refuses the computed name %j", async (name) => {
    const policy = await world(
      `<set-header name="@(context.Request.Url.Query.GetValueOrDefault("n"))"><value>1</value></set-header>`,
    );
    const { error } = await policy.send({ url: `${url}?n=${encodeURIComponent(name)}` });
    expect(error).toMatchObject({ source: "set-header", reason: "ExpressionValueEvaluationFailure" });
  });

  it.each(["Connection", "Content-Length", "keep-alive", "Transfer-Encoding"])("cannot change %s", async (name) => {
    const set = `<set-header name="${name}" exists-action="override"><value>7</value></set-header>`;
    expect(findings(set)).toEqual(["warning TP2103"]);
    const { backendCalls } = await (await world(set)).send({ url });
    expect(sent(backendCalls[0], name)).toBeNull();
  });

  it.each([
    [`<set-header><value>1</value></set-header>`, ["error TP2007"]],
    [`<set-header name="a b"><value>1</value></set-header>`, ["error TP2008"]],
    [`<set-header name="a" exists-action="replace"><value>1</value></set-header>`, ["error TP2008"]],
    [`<set-header name="a"><value>a\nb</value></set-header>`, ["error TP2008"]],
    [`<set-header name="a" exist-action="skip" />`, ["error TP2006"]],
  ])("is checked at load time: %s", (xml, expected) => {
    expect(findings(xml)).toEqual(expected);
  });
});
