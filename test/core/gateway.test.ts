import { Headers, MessageBody } from "@turnpike/core";
import { describe, expect, it } from "vitest";
import { apiWith, gatewayOf, policies, ran, set } from "./run/gateway.js";

describe("a request", () => {
  it.each([
    ["is none", undefined, {}],
    ["is watched by one who fails", { method: "GET", url: "http://h/api/x", headers: {} }, { observe: fails }],
  ])("that %s fails the promise, not the call", async (_, request, options) => {
    const { gateway } = await gatewayOf(apiWith(policies({ inbound: ran("x") })));
    await expect(gateway.handle(request as never, options)).rejects.toBeInstanceOf(Error);
  });
});

function fails(): never {
  throw new Error("An observer that fails.");
}

describe("another configuration", () => {
  const version = (word: string) => apiWith(policies({ backend: "<base />", outbound: ran(word) }));

  it("takes the place of the old one, whose requests finish on it", async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { gateway, send } = await gatewayOf(version("old"), async (request) => {
      if (request.url.endsWith("/slow")) await held;
      return {};
    });
    const slow = send("/api/slow");
    await gateway.update(version("new"));
    expect((await send("/api/x")).headers.get("x-ran")).toBe("new");
    release();
    expect((await slow).headers.get("x-ran")).toBe("old");
  });

  it("with errors changes nothing, and reports all of them", async () => {
    const { gateway, send } = await gatewayOf(version("old"));
    const broken = apiWith(policies({ inbound: `${set("a", "@(nothing)")}<unknown />` }), { policy: "<policies>" });
    await expect(gateway.update(broken)).rejects.toMatchObject({
      name: "ConfigurationError",
      diagnostics: expect.arrayContaining([
        expect.objectContaining({ code: "TP0103", file: "configuration#policy" }),
        expect.objectContaining({ code: "CS0103", file: "configuration#apis.api.policy" }),
        expect.objectContaining({ code: "TP2002" }),
      ]),
    });
    expect((await send("/api/x")).headers.get("x-ran")).toBe("old");
  });
});

describe("what goes to the backend", () => {
  it("has the backend's host, no hop-by-hop headers and the caller's address", async () => {
    const { send } = await gatewayOf(apiWith(policies({})));
    const { sent } = await send("/api/a%20b/?c=%2F", {
      headers: {
        Host: "gateway.example",
        Connection: "X-Hop, keep-alive",
        "X-Hop": "1",
        TE: "trailers",
        "X-Forwarded-For": "1.2.3.4",
        "X-Forwarded-Host": "forged.example",
        "X-Own": "1",
      },
    });
    expect(sent[0]!.url).toBe("http://backend.internal/base/a%20b/?c=%2F");
    expect([...sent[0]!.headers]).toEqual([
      ["Host", "backend.internal"],
      ["X-Forwarded-For", "1.2.3.4, 127.0.0.1"],
      ["X-Forwarded-Host", "gateway.example"],
      ["X-Own", "1"],
      ["X-Forwarded-Proto", "https"],
    ]);
  });

  it("never leaves the service URL's path by way of dot segments", async () => {
    const { send } = await gatewayOf(apiWith(policies({})));
    expect((await send("/api/a/../b")).sent[0]!.url).toBe("http://backend.internal/base/b");
    expect((await send("/api/%2e%2e/%2E%2e/etc")).status).toBe(404);
  });

  it("has the credentials of a backend entity at that address", async () => {
    const { send } = await gatewayOf(
      apiWith(policies({}), {
        namedValues: { key: { secret: true, value: "s3cret" } },
        backends: {
          b: {
            url: "http://backend.internal/base",
            credentials: {
              header: { "X-Key": "{{key}}" },
              query: { code: ["1"] },
              authorization: { scheme: "Basic", parameter: "abc" },
            },
          },
        },
      }),
    );
    const { sent } = await send("/api/x?code=0&d=2", { headers: { "x-key": "caller's" } });
    expect(sent[0]!.url).toBe("http://backend.internal/base/x?code=1&d=2");
    expect([sent[0]!.headers.getAll("x-key"), sent[0]!.headers.get("authorization")]).toEqual([["s3cret"], "Basic abc"]);
  });

  it("is told when its answer is not wanted", async () => {
    let isDropped = false;
    async function* endless(): AsyncIterable<Uint8Array> {
      try {
        for (;;) yield Buffer.alloc(10);
      } finally {
        isDropped = true;
      }
    }
    const instead = policies({ backend: "<base />", outbound: "<return-response><set-body>mine</set-body></return-response>" });
    const stream = endless();
    await stream[Symbol.asyncIterator]().next();
    const { body } = await (await gatewayOf(apiWith(instead), () => ({ body: stream }))).send("/api/x");
    await expect.poll(() => isDropped).toBe(true);
    expect(body).toBe("mine");
  });

  it("the host's own handler is the backend in middleware mode", async () => {
    const { gateway } = await gatewayOf(
      apiWith(policies({ inbound: `<set-method>PUT</set-method>`, backend: "<base />", outbound: ran("out") })),
    );
    const response = await gateway.handle(
      { method: "GET", url: "https://gateway.example/api/x", headers: {} },
      {
        next: async (request) => ({
          status: 201,
          reason: "Created",
          headers: new Headers([["X-Method", request.method]]),
          body: new MessageBody(Buffer.from(request.url.path)),
        }),
      },
    );
    expect([response.status, response.headers.get("x-method"), response.headers.get("x-ran"), String(response.body)]).toEqual([
      201,
      "PUT",
      "out",
      "/x",
    ]);
  });
});

describe("preflights", () => {
  const cors = `<cors><allowed-origins><origin>https://app.example</origin></allowed-origins><allowed-methods><method>*</method></allowed-methods><allowed-headers><header>*</header></allowed-headers></cors>`;
  const headers = { Origin: "https://app.example", "Access-Control-Request-Method": "PUT" };

  it("are answered without an operation, a key or a backend", async () => {
    const configuration = apiWith(policies({ inbound: `<base />${cors}` }));
    const { send } = await gatewayOf({ apis: { api: { ...configuration.apis!["api"]!, subscriptionRequired: true } } });
    const { status, sent, headers: answered } = await send("/api/x", { method: "OPTIONS", headers });
    expect([status, sent.length, answered.get("access-control-allow-origin")]).toEqual([200, 0, "https://app.example"]);
    expect((await send("/api/x", { method: "OPTIONS" })).status).toBe(404);
  });
});
