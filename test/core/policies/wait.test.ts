import { describe, expect, it } from "vitest";
import { findings, url, world } from "./support.js";

const call = (name: string, attributes = ""): string =>
  `<send-request mode="new" response-variable-name="${name}" ${attributes}><set-url>https://${name}.example/</set-url></send-request>`;
const answers = (a: number, b: number) => ({
  external: [
    { when: { url: "https://a.example/" }, reply: { body: "A", delay: a } },
    { when: { url: "https://b.example/" }, reply: { body: "B", delay: b } },
  ],
});

describe("wait", () => {
  it("runs its children at the same time", async () => {
    const { elapsed, variables, externalCalls } = await (
      await world(`<wait for="all">${call("a")}${call("b")}</wait>`, answers(2000, 3000))
    ).send({ url });
    expect([elapsed, externalCalls.length, Object.keys(variables).sort()]).toEqual([3000, 2, ["a", "b"]]);
  });

  it("any goes on with the first one; the others are stopped", async () => {
    const policy = await world(
      {
        inbound: `<wait for="any">${call("a")}${call("b")}</wait>`,
        backend: `<retry condition="@(true)" count="1" interval="60"><forward-request /></retry>`,
      },
      answers(2000, 3000),
    );
    const { variables } = await policy.send({ url });
    expect(Object.keys(variables)).toEqual(["a"]);
  });

  it("all lets the others finish before it fails", async () => {
    const policy = await world(`<wait>${call("a", `timeout="1"`)}${call("b")}</wait>`, answers(2000, 3000));
    const { elapsed, error, variables } = await policy.send({ url });
    expect([elapsed, Object.keys(variables)]).toEqual([3000, ["b"]]);
    expect(error).toMatchObject({ source: "send-request", reason: "Timeout" });
  });

  it("any fails with the first failure", async () => {
    const policy = await world(`<wait for="any">${call("a", `timeout="1"`)}${call("b")}</wait>`, answers(2000, 3000));
    expect(await policy.send({ url })).toMatchObject({ elapsed: 1000, error: { reason: "Timeout" } });
  });

  it("ends the request where a branch does", async () => {
    const policy = await world(
      `<wait>${call("a")}<choose><when condition="true"><return-response><set-status code="202" reason="x" /></return-response></when></choose></wait>`,
      answers(2000, 0),
    );
    expect(await policy.send({ url })).toMatchObject({ status: 202, elapsed: 0 });
  });

  it("remembers what policies in a branch did", async () => {
    const policy = await world(
      `<wait><choose><when condition="true"><rewrite-uri template="/one?x=1" /></when></choose></wait><rewrite-uri template="/two" />`,
    );
    expect((await policy.send({ url: `${url}?n=1` })).backendCalls[0]!.url).toBe("https://backend.example/two?n=1");
  });

  it.each([
    [`<wait><set-variable name="a" value="b" /></wait>`, ["error TP2010"]],
    [`<retry condition="@(false)" count="1" interval="0"><wait>${call("a")}</wait></retry>`, ["error TP2003"]],
    [`<wait for="some">${call("a")}</wait>`, ["error TP2008"]],
  ])("is checked at load time: %s", (xml, expected) => {
    expect(findings(xml)).toEqual(expected);
  });
});
