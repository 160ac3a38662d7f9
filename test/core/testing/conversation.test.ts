import { type FakeTurn, policyTest } from "@turnpike/core/testing";
import { describe, expect, it } from "vitest";

const url = "wss://api.example/chat/room?who=ann";

/** A WebSocket API whose policy refuses who does not say who it is. */
const chat = (conversation: readonly FakeTurn[], headers: Record<string, string> = {}) =>
  policyTest({
    gateway: {
      apis: {
        chat: {
          path: "chat",
          type: "websocket",
          serviceUrl: "wss://chat.internal",
          subscriptionRequired: false,
          policy: `<policies><inbound><base />
            <choose><when condition="@(!context.Request.OriginalUrl.Query.ContainsKey("who"))"><return-response><set-status code="401" /></return-response></when></choose>
            <set-header name="X-Who" exists-action="override"><value>@(context.Request.OriginalUrl.Query.GetValueOrDefault("who"))</value></set-header>
          </inbound></policies>`,
        },
      },
    },
    backend: [{ reply: { conversation, headers } }],
  });

describe("a WebSocket of a test", () => {
  it("goes through the policies, and then says what the backend's script says", async () => {
    const world = await chat([
      { expect: "hello" },
      { send: "hi" },
      { send: { news: 1 }, after: 5000 },
      { expect: { more: true } },
      { close: 4000, reason: "enough" },
    ]);
    const talk = await world.connect({ url });
    expect([talk.outcome.status, talk.closed]).toEqual([101, null]);
    expect(talk.outcome.backendCalls[0]).toMatchObject({ url: "https://chat.internal/room?who=ann" });
    expect(talk.outcome.backendCalls[0]!.headers.get("X-Who")).toBe("ann");
    // From before the script goes on: its pause may be over before its next message is waited for.
    const before = world.clock.now();
    await talk.send("hello");
    expect(talk.outcome.backendCalls[0]!.messages).toEqual(["hello"]);
    expect([await talk.receive(), await talk.receive()]).toEqual(["hi", '{"news":1}']);
    expect(world.clock.now() - before).toBe(5000);
    await talk.send({ more: true, else: 1 });
    await expect(talk.receive()).rejects.toThrow("The connection is closed: 4000 enough.");
    expect(talk.closed).toEqual({ code: 4000, reason: "enough" });
    await expect(talk.send("too late")).rejects.toThrow("The connection is closed: 4000 enough.");
  });

  it("carries bytes, and is closed by its caller", async () => {
    const world = await chat([{ expect: new Uint8Array([1, 2]) }, { send: new Uint8Array([3]) }]);
    const talk = await world.connect({ url });
    await talk.send(new Uint8Array([1, 2]));
    expect(await talk.receive()).toEqual(new Uint8Array([3]));
    await talk.close(4001, "bye");
    expect(talk.closed).toEqual({ code: 4001, reason: "bye" });
  });

  it.each([
    [{ expect: "hello" }, "help", "1011 help came, expected hello"],
    [{ expect: "/^hel+o$/" }, "help", "1011 help came"],
    [{ expect: { a: 1 } }, { a: 2 }, "1011 message.a is 2, expected 1"],
    [{ expect: { a: 1 } }, "no JSON", "1011 no JSON came, expected JSON"],
    [{ breaks: true as const, after: 10 }, "x", "1006"],
  ])("ends where something else is said than is expected: %j", async (turn, message, why) => {
    const talk = await (await chat([turn])).connect({ url });
    await talk.send(message);
    await expect(talk.receive()).rejects.toThrow(`The connection is closed: ${why}`);
  });

  it("agrees on a protocol", async () => {
    const talk = await (await chat([], { "Sec-WebSocket-Protocol": "b" })).connect({ url }, ["a", "b"]);
    expect([talk.protocol, talk.outcome.status]).toEqual(["b", 101]);
  });

  it("is refused by a policy, a fault or an ordinary answer", async () => {
    const world = await chat([{ send: "hi" }]);
    const refused = await world.connect({ url: "wss://api.example/chat/room" });
    expect([refused.outcome.status, refused.outcome.backendCalls.length]).toEqual([401, 0]);
    world.faults.next(1, "backend");
    expect((await world.connect({ url })).outcome.status).toBe(502);
    world.faults.next(1, "backend", { status: 403 });
    expect((await world.connect({ url })).outcome.status).toBe(403);
    expect(await (await world.connect({ url })).receive()).toBe("hi");
    await expect(world.connect({ url: "https://api.example/chat" })).rejects.toThrow("expected the scheme ws or wss");
  });
});
