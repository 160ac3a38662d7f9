import { describe, expect, it } from "vitest";
import { identityWorld } from "./identity-support.js";
import { findings, sent, url, world } from "./support.js";

const identity = (attributes: string): string =>
  `<authentication-managed-identity resource="https://vault.azure.net" ${attributes} />`;

describe("authentication-managed-identity", () => {
  it("sends a token, which is kept until shortly before it ends", async () => {
    const { clock, asked, calls, send } = await identityWorld(identity(""));
    await Promise.all([send()]);
    await send();
    expect(calls.map((call) => call.headers.get("Authorization"))).toEqual(["Bearer t1", "Bearer t1"]);
    await clock.advance(3_540_000);
    await send();
    expect([calls.at(-1)!.headers.get("Authorization"), asked]).toEqual([
      "Bearer t2",
      ["https://vault.azure.net null", "https://vault.azure.net null"],
    ]);
  });

  it("is renewed on the side before it ends, so that nobody waits", async () => {
    const { clock, asked, calls, send } = await identityWorld(identity(""));
    await send();
    await clock.advance(3_300_000);
    await send();
    expect([calls.at(-1)!.headers.get("Authorization"), asked.length]).toEqual(["Bearer t1", 2]);
    await send();
    expect([calls.at(-1)!.headers.get("Authorization"), asked.length]).toEqual(["Bearer t2", 2]);
  });

  it("serves to its very end while there is no other", async () => {
    let isDown = false;
    let tries = 0;
    const now = Date.parse("2026-01-01T00:00:00Z");
    const { clock, calls, send } = await identityWorld(identity(""), async () => {
      tries++;
      if (isDown) throw new Error("down");
      return { token: "t", expiresAt: now + 3_600_000 };
    });
    await send();
    isDown = true;
    await clock.advance(3_300_000);
    for (let i = 0; i < 5; i++) expect((await send()).status).toBe(200);
    expect(tries).toBe(2);
    await clock.advance(299_000);
    expect([(await send()).status, calls.at(-1)!.headers.get("Authorization")]).toEqual([200, "Bearer t"]);
    await clock.advance(1000);
    expect((await send()).status).toBe(500);
  });

  it("is one call for requests that need it together", async () => {
    const { asked, gateway, clock } = await identityWorld(identity(""));
    const one = () => gateway.handle({ method: "GET", url, headers: {} });
    await clock.run(() => Promise.all([one(), one(), one()]));
    expect(asked).toHaveLength(1);
  });

  it("is not waited for longer than half a minute", async () => {
    let signal: AbortSignal | null = null;
    const { send, clock } = await identityWorld(identity(""), (request) => {
      ({ signal } = request);
      return new Promise(() => undefined);
    });
    const before = clock.now();
    expect([(await send()).status, clock.now() - before, (signal as AbortSignal | null)?.aborted]).toEqual([500, 30_000, true]);
  });

  it.each([{}, { token: "t" }, { expiresAt: 5 }, { token: "t", expiresAt: Number.NaN }, null])(
    "is no token without its text and its end: %j",
    async (given) => {
      const { send, calls } = await identityWorld(identity(""), async () => given as never);
      expect([(await send()).status, (await send()).status, calls.length]).toEqual([500, 500, 0]);
    },
  );

  it("says nothing of the token or of why there is none to the caller", async () => {
    const { send } = await identityWorld(identity(""), async () => {
      throw new Error("IDENTITY_HEADER=s3cret was refused");
    });
    const { status, body } = await send();
    expect([status, Buffer.from(body as Uint8Array).toString()]).toEqual([500, expect.not.stringContaining("s3cret")]);
  });

  it("keeps resources and clients apart", async () => {
    const { asked, send } = await identityWorld(identity("") + identity(`client-id="c"`));
    await send();
    expect(asked).toEqual(["https://vault.azure.net null", "https://vault.azure.net c"]);
  });

  it("puts the token into a variable instead, if told to", async () => {
    const { calls, send } = await identityWorld(
      `${identity(`output-token-variable-name="t"`)}<set-header name="X-T"><value>@((string)context.Variables["t"])</value></set-header>`,
    );
    await send();
    expect([sent(calls[0], "X-T"), sent(calls[0], "Authorization")]).toEqual(["t1", null]);
  });

  it("asks again after a failure", async () => {
    let count = 0;
    const { send } = await identityWorld(identity(""), async () => {
      if (count++ === 0) throw new Error("down");
      return { token: "t", expiresAt: Number.POSITIVE_INFINITY };
    });
    expect([(await send()).status, (await send()).status]).toEqual([500, 200]);
  });

  it("goes on without a token if errors are ignored", async () => {
    const down = async (): Promise<never> => {
      throw new Error("down");
    };
    const plain = await identityWorld(identity(`ignore-error="true"`), down);
    expect((await plain.send()).status).toBe(200);
    expect(sent(plain.calls[0], "Authorization")).toBeNull();
    const variable = await identityWorld(
      `${identity(`ignore-error="true" output-token-variable-name="t"`)}<set-header name="X-T"><value>@("[" + context.Variables["t"] + "]")</value></set-header>`,
      down,
    );
    await variable.send();
    expect(sent(variable.calls[0], "X-T")).toBe("[]");
  });

  it("fails where the identity has no token", async () => {
    const { status, error } = await (await world(identity(""), { managedIdentity: { "https://vault.azure.net": null } })).send({
      url,
    });
    expect([status, error!.source, error!.reason]).toEqual([
      500,
      "authentication-managed-identity",
      "ManagedIdentityTokenFailure",
    ]);
  });
});

it.each([
  [identity(""), []],
  ["<authentication-managed-identity />", ["error TP2007"]],
  [{ outbound: identity("") }, ["warning TP2003"]],
])("is checked at load time: %j", (xml, expected) => {
  expect(findings(xml)).toEqual(expected);
});
