import { describe, expect, it } from "vitest";
import { type FetchOptions, outcomeOf, turnpike } from "#adapters/fetch/index.js";
import { gatewayAround, header } from "../middleware.js";

type Sections = Parameters<typeof gatewayAround>[0];

async function mounted(sections: Sections, handler: NonNullable<FetchOptions["handler"]>, more: FetchOptions = {}) {
  const handle = turnpike(await gatewayAround(sections), { mode: "middleware", handler, ...more });
  return (path: string, init: RequestInit = {}, ...rest: unknown[]) =>
    handle(new Request(`https://app.example/api/${path}`, init), ...rest);
}

describe("around a handler", () => {
  it("the request goes through as it is if nobody changed it", async () => {
    let seen: Request | undefined;
    const handle = turnpike(await gatewayAround({}), {
      mode: "middleware",
      handler: (request) => {
        seen = request;
        return new Response(request.body, { headers: { "X-A": "1" } });
      },
    });
    const request = new Request("https://app.example/api/x", { method: "POST", body: "mine" });
    const response = await handle(request);
    expect(seen).toBe(request);
    expect([response.status, response.headers.get("x-a"), await response.text()]).toEqual([200, "1", "mine"]);
  });

  it("the request comes as policies left it, with what follows it", async () => {
    const inbound = `<set-method>PUT</set-method><rewrite-uri template="/new?q=1" />${header("X-In", "policy")}<set-body>changed</set-body>`;
    const call = await mounted({ inbound }, async (request, outcome, ...rest) => {
      const { method, url, headers } = request;
      return Response.json([
        method,
        url,
        headers.get("x-in"),
        await request.text(),
        outcome.api?.path,
        outcomeOf(request) !== undefined,
        rest,
      ]);
    });
    expect(await (await call("old", { method: "POST", body: "mine" }, "env", 1)).json()).toEqual([
      "PUT",
      "https://app.example/api/new?q=1",
      "policy",
      "changed",
      "api",
      true,
      ["env", 1],
    ]);
  });

  it("policies see the response and change it", async () => {
    const outbound = `<set-status code="299" reason="Changed" /><set-body>@(context.Response.Body.As&lt;string&gt;() + &quot;!&quot;)</set-body>`;
    const call = await mounted({ outbound }, () => new Response("text", { headers: { ETag: '"1"' } }));
    const response = await call("x");
    expect([response.status, response.statusText, response.headers.get("etag"), await response.text()]).toEqual([
      299,
      "Changed",
      null,
      "text!",
    ]);
  });

  it("errors go their own way, or to on-error if asked", async () => {
    const fails = (): Response => {
      throw Object.assign(new Error("thrown"), { status: 422 });
    };
    const onError = header("X-Error", "@(context.LastError.Message)");
    await expect((await mounted({ onError }, fails))("x")).rejects.toThrow("thrown");
    const response = await (await mounted({ onError }, fails, { errors: "on-error" }))("x");
    expect([response.status, response.headers.get("x-error")]).toEqual([422, "thrown"]);
  });

  it("an answer that nobody wants is cancelled", async () => {
    let isCancelled = false;
    const outbound = "<return-response><set-body>mine</set-body></return-response>";
    const stream = new ReadableStream({ cancel: () => void (isCancelled = true) });
    const call = await mounted({ outbound }, () => new Response(stream));
    expect(await (await call("x")).text()).toBe("mine");
    await expect.poll(() => isCancelled).toBe(true);
  });

  it("needs the handler", async () => {
    const gateway = await gatewayAround({});
    expect(() => turnpike(gateway, { mode: "middleware" })).toThrow(TypeError);
  });
});

it("a status that fetch does not know becomes a 502", async () => {
  const inbound = '<return-response><set-status code="199" reason="x" /></return-response>';
  expect((await turnpike(await gatewayAround({ inbound }))(new Request("https://app.example/api/x"))).status).toBe(502);
});
