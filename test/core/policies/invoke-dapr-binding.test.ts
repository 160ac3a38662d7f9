import { describe, expect, it } from "vitest";
import { url, world } from "./support.js";

const answers = (status: number) => ({ external: [{ reply: { status } }] });
const invoke = (inner: string, attributes = ""): string =>
  `<invoke-dapr-binding name="b" ${attributes}>${inner}</invoke-dapr-binding>`;

describe("invoke-dapr-binding", () => {
  it.each([
    ["", "", {}],
    ["<data>text</data>", `operation="create"`, { data: "text", operation: "create" }],
    [
      `<metadata><item key="k">@(1 + 1)</item><item key="l">x</item></metadata><data>{"a":[1]}</data>`,
      "",
      { data: { a: [1] }, metadata: { k: "2", l: "x" } },
    ],
  ])("posts what is there: %s %s", async (inner, attributes, expected) => {
    const { externalCalls } = await (await world(invoke(inner, attributes), answers(200))).send({ url });
    expect(externalCalls[0]!.url).toBe("http://localhost:3500/v1.0/bindings/b");
    expect(JSON.parse(Buffer.from(externalCalls[0]!.body).toString())).toEqual(expected);
  });

  it.each([
    [{ external: [{ reply: { status: 500 } }] }, "DaprRuntimeError"],
    [{ external: [{ fail: "refused" as const }] }, "DaprRuntimeUnreachable"],
  ])("fails with %o", async (options, reason) => {
    expect((await (await world(invoke(""), options)).send({ url })).error!.reason).toBe(reason);
  });

  it("names no binding elsewhere", async () => {
    const policy = await world(`<invoke-dapr-binding name="@(".." + "/x")" />`);
    expect((await policy.send({ url })).error!.reason).toBe("PathNotAllowed");
  });
});
