import { X509Certificate } from "node:crypto";
import { type Credentials, createGateway, type GatewayConfiguration, Headers, type OutgoingRequest } from "@turnpike/core";
import { describe, expect, it } from "vitest";
import { at, breaker, configuration } from "./support.js";

type Backends = NonNullable<GatewayConfiguration["backends"]>;

/** A gateway whose calls are kept, and what it asked the host's identity for. */
async function world(backends: Backends, target: string, managedIdentity?: Credentials["managedIdentity"], more: object = {}) {
  const calls: OutgoingRequest[] = [];
  const gateway = await createGateway(
    { ...configuration(backends, target), ...more },
    {
      ...(managedIdentity === undefined ? {} : { credentials: { managedIdentity } }),
      transport: (request) => {
        calls.push(request);
        return Promise.resolve({ status: 200, reason: "", headers: new Headers(), body: null });
      },
    },
  );
  const send = (headers: Record<string, string> = {}) =>
    gateway.handle({ method: "GET", url: "https://api.example/x?key=own", headers });
  return { gateway, calls, send };
}

describe("managed identity of a backend", () => {
  const asked: { resource: string; clientId: string | null }[] = [];
  const identity: Credentials["managedIdentity"] = ({ resource, clientId }) => {
    asked.push({ resource, clientId });
    return Promise.resolve({ token: `token-${asked.length}`, expiresAt: Number.MAX_SAFE_INTEGER });
  };

  it.each([
    [{ resource: "https://vault.azure.net" }, { resource: "https://vault.azure.net", clientId: null }],
    [
      { resource: "https://vault.azure.net", clientId: "me" },
      { resource: "https://vault.azure.net", clientId: "me" },
    ],
    [{}, { resource: "http://one", clientId: null }],
  ])("%j: its token is sent, one for many requests", async (managedIdentity, expected) => {
    asked.length = 0;
    const { calls, send } = await world({ one: at("one", { credentials: { managedIdentity } }) }, "one", identity);
    await send({ Authorization: "Bearer of the caller" });
    await send();
    expect(asked).toEqual([expected]);
    expect(calls.map((call) => call.headers.getAll("authorization"))).toEqual([["Bearer token-1"], ["Bearer token-1"]]);
  });

  it("of a pool's member", async () => {
    const one = at("one", { credentials: { managedIdentity: { resource: "r" } } });
    const { calls, send } = await world({ one, pool: { pool: { services: [{ backend: "one" }] } } }, "pool", identity);
    await send();
    expect(calls[0]!.headers.get("authorization")).toMatch(/^Bearer token-/);
  });

  it.each([undefined, () => Promise.reject(new Error("no such identity"))])("without a token nothing is sent", async (none) => {
    const credentials = { managedIdentity: { resource: "r" } };
    const { calls, send, gateway } = await world(
      { one: at("one", { credentials, circuitBreaker: breaker({ count: 1, errorReasons: ["BackendConnectionFailure"] }) }) },
      "one",
      none,
    );
    const response = await send();
    expect([response.status, calls.length]).toEqual([500, 0]);
    expect(gateway.health().backends[0]).toMatchObject({ circuit: "closed", failures: 0 });
  });
});

describe("other credentials and settings of a backend", () => {
  it("go over what the request has, for a single backend and for a member", async () => {
    const one = at("one", {
      credentials: {
        header: { "X-Key": ["1", "2"] },
        query: { key: "theirs" },
        authorization: { scheme: "Basic", parameter: "abc" },
      },
      tls: { validateCertificateChain: false, validateCertificateName: false },
      proxy: { url: "http://proxy:3128", username: "u", password: "p" },
    });
    const backends = { one, pool: { pool: { services: [{ backend: "one" }] } } };
    for (const target of ["one", "pool"]) {
      const { calls, send } = await world(backends, target);
      await send({ "x-key": "mine", Authorization: "Bearer mine" });
      const call = calls[0]!;
      expect(call.url).toBe("http://one/x?key=theirs");
      expect(call.headers.getAll("x-key")).toEqual(["1", "2"]);
      expect(call.headers.getAll("authorization")).toEqual(["Basic abc"]);
      expect(call.tls).toEqual({ rejectUnauthorized: false, checkName: false });
      expect(call.proxy).toEqual({ url: "http://proxy:3128", username: "u", password: "p" });
    }
  });

  it.each(["by-id", "by-thumbprint"])("presents a client certificate (%s)", async (how) => {
    const name = how === "by-id" ? "client" : new X509Certificate(CERTIFICATE).fingerprint.replaceAll(":", "").toLowerCase();
    const one = at("one", { credentials: { certificate: [name] } });
    const { calls, send } = await world({ one, pool: { pool: { services: [{ backend: "one" }] } } }, "pool", undefined, {
      certificates: { client: { certificate: CERTIFICATE, key: KEY } },
    });
    await send();
    expect(calls[0]!.tls).toEqual({ cert: CERTIFICATE, key: KEY });
  });

  it("a certificate that is not there is refused", async () => {
    await expect(world({ one: at("one", { credentials: { certificate: ["none"] } }) }, "one")).rejects.toThrow("none");
  });
});

/** Made for this test: names nobody, opens nothing. */
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBeTCCAR+gAwIBAgIUTmPXlT31K0WbVFMUYmyYygYSwnIwCgYIKoZIzj0EAwIw
ETEPMA0GA1UEAwwGY2xpZW50MCAXDTI2MTEyMTA5MTkyN1oYDzIxMjYxMDI4MDkx
OTI3WjARMQ8wDQYDVQQDDAZjbGllbnQwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC
AARa/Tcnlu3dzi486bbZv0G01kXR7yW9vMC3VW7OAcz/Rrp/d1Ov7/+mDVQC9SID
01e1NBns2ZMbcNOGD4lTCcHqo1MwUTAdBgNVHQ4EFgQU4qUR07/xQkSW9VcKgIpK
HUcWy5AwHwYDVR0jBBgwFoAU4qUR07/xQkSW9VcKgIpKHUcWy5AwDwYDVR0TAQH/
BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiEAnwvZtOIY0Jy0WAn0IHm9wTBr310m
Nx4XPYv+ZU+xtncCIA+LXV7ecU1FG4XEF1p/5vmmMY0SmZ6dzaCT9hJjMBg6
-----END CERTIFICATE-----`;
const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgdfbhLYdnGf7Labyk
TbkMSSRrn7hEMVXJy99hMdR8lwShRANCAARa/Tcnlu3dzi486bbZv0G01kXR7yW9
vMC3VW7OAcz/Rrp/d1Ov7/+mDVQC9SID01e1NBns2ZMbcNOGD4lTCcHq
-----END PRIVATE KEY-----`;
