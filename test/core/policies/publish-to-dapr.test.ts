import { createServer } from "node:http";
import { createGateway } from "@turnpike/core";
import { describe, expect, it } from "vitest";
import { document, findings, url, world } from "./support.js";

const publish = (attributes: string, content = "{}"): string => `<publish-to-dapr ${attributes}>${content}</publish-to-dapr>`;
const answers = (status: number) => ({ external: [{ reply: { status, body: "said" } }] });

describe("publish-to-dapr", () => {
  it.each([
    [`pubsub-name="p" topic="t"`, "http://localhost:3500/v1.0/publish/p/t"],
    [`topic="p/t"`, "http://localhost:3500/v1.0/publish/p/t"],
    [`pubsub-name="p" topic="@("a b" + "?")"`, "http://localhost:3500/v1.0/publish/p/a%20b%3F"],
  ])("posts to %s", async (attributes, expected) => {
    const { externalCalls } = await (await world(publish(attributes, `{"a":1}`), answers(204))).send({ url });
    expect(externalCalls.map((call) => [call.method, call.url, Buffer.from(call.body).toString()])).toEqual([
      ["POST", expected, `{"a":1}`],
    ]);
    expect(externalCalls[0]!.headers.get("Content-Type")).toBe("application/json");
  });

  it("renders Liquid over the request's body, which stays", async () => {
    const policy = await world(publish(`topic="p/t" template="Liquid"`, "<![CDATA[{{body.a}}]]>"), answers(204));
    const { externalCalls, backendCalls } = await policy.send({
      url,
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: `{"a":1}`,
    });
    expect(Buffer.from(externalCalls[0]!.body).toString()).toBe("1");
    expect(Buffer.from(backendCalls[0]!.body).toString()).toBe(`{"a":1}`);
  });

  it.each([
    ["DaprRuntimeError", "", 404],
    [null, `ignore-error="true"`, 404],
  ])("an answer of the runtime that is an error: %s", async (reason, attributes, status) => {
    const policy = await world(publish(`topic="p/t" response-variable-name="r" ${attributes}`), answers(status));
    const outcome = await policy.send({ url });
    expect([outcome.error?.reason ?? null, outcome.variables["r"]]).toEqual([reason, "IResponse"]);
  });

  it.each([
    ["refused", "", "DaprRuntimeUnreachable"],
    ["refused", `ignore-error="true"`, null],
  ] as const)("a runtime that is away: %s %s", async (fail, attributes, reason) => {
    const policy = await world(publish(`topic="p/t" ${attributes}`), { external: [{ fail }] });
    expect((await policy.send({ url })).error?.reason ?? null).toBe(reason);
  });

  it("waits five seconds", async () => {
    const policy = await world(publish(`topic="p/t"`), { external: [{ reply: { delay: 6000 } }] });
    const { error, elapsed } = await policy.send({ url });
    expect([error!.reason, elapsed]).toEqual(["DaprRuntimeUnreachable", 5000]);
  });

  it.each([
    ["..", "PathNotAllowed"],
    ["alone", "ExpressionValueEvaluationFailure"],
  ])("sends nothing to the topic %s", async (topic, reason) => {
    const attributes = topic === ".." ? `pubsub-name="p"` : "";
    const policy = await world(publish(`${attributes} topic="@(context.Request.Headers.GetValueOrDefault("X-T", ""))"`));
    const { error, externalCalls } = await policy.send({ url, headers: { "X-T": topic } });
    expect([error!.reason, externalCalls]).toEqual([reason, []]);
  });

  it("reaches a sidecar over HTTP where the configuration says", async () => {
    const seen: string[] = [];
    const sidecar = createServer((request, response) => {
      request.on("data", (chunk: Buffer) => seen.push(`${request.method} ${request.url} ${chunk.toString()}`));
      request.on("end", () => response.writeHead(204).end());
    });
    await new Promise<void>((resolve) => sidecar.listen(0, "127.0.0.1", resolve));
    const { port } = sidecar.address() as { port: number };
    const gateway = await createGateway({
      deployment: { daprUrl: `http://127.0.0.1:${port}` },
      apis: {
        a: {
          path: "",
          subscriptionRequired: false,
          policy: document(`${publish(`topic="p/t"`, "hello")}<return-response><set-status code="201" /></return-response>`),
          operations: { get: { method: "GET", urlTemplate: "/" } },
        },
      },
    });
    const { status } = await gateway.handle({ method: "GET", url: "https://api.example/", headers: {} });
    await gateway.close();
    sidecar.close();
    expect([status, seen]).toEqual([201, ["POST /v1.0/publish/p/t hello"]]);
  });

  it.each([
    [publish(`topic="alone"`), ["error TP2101"]],
    [publish(""), ["error TP2007"]],
  ])("is checked at load time: %s", (xml, expected) => {
    expect(findings(xml)).toEqual(expected);
  });
});
