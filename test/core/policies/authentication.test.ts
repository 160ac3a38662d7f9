import { type Credentials, createGateway, Headers, type OutgoingRequest } from "@turnpike/core";
import { testClock } from "@turnpike/core/testing";
import { describe, expect, it } from "vitest";
import { document, findings, refusals, sent, url, world } from "./support.js";

describe("authentication-basic", () => {
  it.each([
    [`username="ann" password="secret"`, "ann:secret"],
    [`username="@("ü")" password=""`, "ü:"],
    [`username="a:b" password="c"`, "a:b:c"],
  ])("sends %s", async (attributes, credentials) => {
    const { backendCalls } = await (await world(`<authentication-basic ${attributes} />`)).send({
      url,
      headers: { Authorization: "Bearer of-the-caller" },
    });
    expect(backendCalls[0]!.headers.getAll("Authorization")).toEqual([`Basic ${Buffer.from(credentials).toString("base64")}`]);
  });
});

/** A gateway whose calls are kept, with an identity that gives numbered tokens for an hour. */
async function identityWorld(inbound: string, managedIdentity?: NonNullable<Credentials["managedIdentity"]>) {
  const clock = testClock();
  const asked: string[] = [];
  const calls: OutgoingRequest[] = [];
  const gateway = await createGateway(
    {
      apis: {
        a: {
          path: "",
          serviceUrl: "https://backend.example",
          subscriptionRequired: false,
          policy: document(inbound),
          operations: { any: { method: "GET", urlTemplate: "/*" } },
        },
      },
    },
    {
      clock,
      transport: async (request) => {
        calls.push(request);
        return { status: 200, reason: "", headers: new Headers(), body: null };
      },
      credentials: {
        managedIdentity:
          managedIdentity ??
          (async ({ resource, clientId }) => {
            asked.push(`${resource} ${clientId}`);
            return { token: `t${asked.length}`, expiresAt: clock.now() + 3_600_000 };
          }),
      },
    },
  );
  const send = () => clock.run(() => gateway.handle({ method: "GET", url, headers: {} }));
  return { clock, asked, calls, send };
}

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

  it("fails where the host has no identity", async () => {
    const { status, error } = await (await world(identity(""))).send({ url });
    expect([status, error!.source, error!.reason]).toEqual([
      500,
      "authentication-managed-identity",
      "ManagedIdentityTokenFailure",
    ]);
  });
});

describe("authentication-certificate and proxy", () => {
  it("say how the backend is reached", async () => {
    const { calls, send } = await identityWorld(
      `<authentication-certificate body="@("AAEC")" password="p" /><proxy url="http://proxy.internal:3128" username="u" password="@("p" + 1)" />`,
    );
    await send();
    expect(calls[0]!.tls).toEqual({ pfx: Buffer.from([0, 1, 2]), passphrase: "p" });
    expect(calls[0]!.proxy).toEqual({ url: "http://proxy.internal:3128", username: "u", password: "p1" });
  });

  it("and of a side call only that call", async () => {
    const { calls, send } = await identityWorld(
      `<proxy url="http://section:1" /><send-request response-variable-name="x"><set-url>https://side.example/</set-url><proxy url="http://side:2" /><authentication-certificate body="@(Convert.FromBase64String("AAEC"))" /></send-request>`,
    );
    await send();
    expect(calls.map((call) => [call.proxy?.url, call.tls !== undefined])).toEqual([
      ["http://side:2", true],
      ["http://section:1", false],
    ]);
  });

  it.each([
    [`<authentication-certificate certificate-id="@("c")" />`, "CertificateNotFound"],
    [`<authentication-certificate thumbprint="@("AB")" />`, "CertificateNotFound"],
    [`<authentication-certificate body="@("no base64!")" />`, "CertificateInvalid"],
    [`<proxy url="@("nowhere")" />`, "ExpressionValueEvaluationFailure"],
  ])("fail on %s", async (xml, reason) => {
    expect((await (await world(xml)).send({ url })).error).toMatchObject({ reason, status: 500 });
  });

  it.each([
    ["<authentication-certificate />", ["error TP2101"]],
    [`<authentication-certificate certificate-id="a" thumbprint="b" />`, ["error TP2102"]],
    ["<proxy />", ["error TP2007"]],
    [`<authentication-basic username="a" />`, ["error TP2007"]],
    ["<authentication-managed-identity />", ["error TP2007"]],
  ])("are checked at load time: %s", (xml, expected) => {
    expect(findings(xml)).toEqual(expected);
  });

  it("name certificates that exist", async () => {
    expect(await refusals(`<authentication-certificate certificate-id="a" />`)).toEqual(["error TP3002"]);
  });
});
