import type { Credentials } from "@turnpike/core";
import { describe, expect, it } from "vitest";
import { ask, modelWorld } from "./ai-support.js";
import { findings } from "./support.js";

const get = (attributes = ""): string =>
  `<get-authorization-context provider-id="github" authorization-id="@("bot" + 1)" context-variable-name="auth" ${attributes} />`;
const use = `<set-header name="Authorization" exists-action="override"><value>@("Bearer " + ((Authorization)context.Variables["auth"])?.AccessToken)</value></set-header>
  <set-header name="X-Scope" exists-action="override"><value>@((string)((Authorization)context.Variables.GetValueOrDefault("auth", (object)null))?.Claims["scope"])</value></set-header>`;

type Ask = NonNullable<Credentials["authorization"]>;

async function connected(inbound: string, answer: Ask = async () => ({ accessToken: "t", claims: { scope: "repo" } })) {
  const asked: Omit<Parameters<Ask>[0], "signal">[] = [];
  const world = await modelWorld(inbound, {
    credentials: {
      authorization: (request) => {
        const { signal: _signal, ...rest } = request;
        asked.push(rest);
        return answer(request);
      },
    },
  });
  return { ...world, asked };
}

const down: Ask = async () => {
  throw new Error("consent was withdrawn");
};

describe("get-authorization-context", () => {
  it("puts the connection's token into a variable, and nothing on the request", async () => {
    const { send, asked, forwarded } = await connected(get());
    expect((await send(ask("?"))).status).toBe(200);
    expect(asked).toEqual([{ providerId: "github", authorizationId: "bot1", identityType: "managed", identity: null }]);
    expect(forwarded()[0]!.request.headers.get("Authorization")).toBeNull();
  });

  it("from where expressions read token and claims", async () => {
    const { send, forwarded } = await connected(get() + use);
    expect((await send(ask("?"))).error).toBeNull();
    const { headers } = forwarded()[0]!.request;
    expect([headers.get("Authorization"), headers.get("X-Scope")]).toEqual(["Bearer t", "repo"]);
  });

  it.each([
    [`identity-type="jwt" identity="@("entra")"`, "jwt", "entra"],
    [`identity-type="jwt"`, "jwt", null],
    [`identity-type="managed" identity="entra"`, "managed", null],
  ])("%s", async (attributes, identityType, identity) => {
    const { send, asked } = await connected(get(attributes));
    await send(ask("?"));
    expect(asked[0]).toMatchObject({ identityType, identity });
  });

  it("a connection that gives no token is an error", async () => {
    const { send, forwarded } = await connected(get(), down);
    const { status, error } = await send(ask("?"));
    expect([status, error!.source, error!.reason, forwarded().length]).toEqual([
      500,
      "get-authorization-context",
      "AuthorizationContextError",
      0,
    ]);
    expect(error!.message).toContain("consent was withdrawn");
  });

  it("or a null, if errors are ignored", async () => {
    const { send, variables } = await connected(get(`ignore-error="true"`), down).then(async (world) => ({
      send: world.send,
      variables: (await world.send(ask("?"))).variables,
    }));
    expect([(await send(ask("?"))).status, variables.has("auth"), variables.get("auth")]).toEqual([200, true, null]);
  });

  it("fails where the host has no connections", async () => {
    const { send } = await modelWorld(get());
    expect((await send(ask("?"))).error!.reason).toBe("AuthorizationContextError");
  });
});

it.each([
  [get(), []],
  ["<get-authorization-context />", ["error TP2007", "error TP2007", "error TP2007"]],
  [get(`identity-type="user"`), ["error TP2008"]],
])("is checked at load time: %s", (xml, expected) => {
  expect(findings(xml)).toEqual(expected);
});
