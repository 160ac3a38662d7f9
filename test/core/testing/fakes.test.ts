import { createPublicKey, verify } from "node:crypto";
import { describe, expect, it } from "vitest";
import { Headers } from "#core/http/headers.js";
import type { OutgoingRequest } from "#core/http/transport.js";
import { parseUnitDuration } from "#core/testing/duration.js";
import { fakeBackend } from "#core/testing/fake-backend.js";
import { bodyDifferences, differences } from "#core/testing/file/compare.js";
import { identityProvider } from "#core/testing/identity-provider.js";
import { testClock } from "#core/testing/test-clock.js";

const request = (method: string, url: string, timeout = 1_000): OutgoingRequest => ({
  purpose: "forward",
  method,
  url,
  headers: new Headers({ "X-Tenant": "blue" }),
  body: null,
  signal: new AbortController().signal,
  timeout,
});

describe("fake backend", () => {
  it("answers by the first rule that matches and is not used up", async () => {
    const backend = fakeBackend(
      [
        { when: { method: "POST" }, reply: { status: 201 } },
        { when: { path: "/a", headers: { "x-tenant": "/^bl/" } }, reply: { status: 418 }, times: 1 },
        { when: { url: "http://b.example/a?x=1" }, reply: { body: { ok: true } } },
      ],
      testClock(),
    );
    const statuses: (number | null)[] = [];
    for (const [method, url] of [
      ["GET", "http://b.example/a?x=1"],
      ["GET", "http://b.example/a?x=1"],
      ["POST", "http://b.example/a"],
      ["GET", "http://b.example/b"],
    ] as const)
      statuses.push((await backend.answer(request(method, url)))?.status ?? null);
    expect(statuses).toEqual([418, 200, 201, null]);
    expect(backend.calls).toHaveLength(4);
    expect(backend.unused()).toEqual([]);
  });

  it.each([
    [{ fail: "refused" }, "connection", 0],
    [{ fail: "timeout" }, "timeout", 1_000],
    [{ reply: { delay: 1_001 } }, "timeout", 1_000],
  ] as const)("%j fails as %s after %d ms", async (rule, kind, ms) => {
    const clock = testClock(0);
    const backend = fakeBackend([rule], clock);
    await expect(clock.run(() => backend.answer(request("GET", "http://b.example/")))).rejects.toMatchObject({ kind });
    expect(clock.now()).toBe(ms);
  });
});

describe("identity provider", () => {
  it.each(["RS256", "PS384", "ES256", "ES512", "EdDSA"] as const)("signs with %s by a key that it publishes", (alg) => {
    const clock = testClock("2026-01-01T00:00:00Z");
    const provider = identityProvider({ issuer: "https://id.example/v2.0", keys: [{ kid: "k", alg }] }, clock);
    const metadata = provider.answer("https://id.example/v2.0/.well-known/openid-configuration") as { jwks_uri: string };
    const { keys } = provider.answer(metadata.jwks_uri) as { keys: { kid: string }[] };
    const [head, payload, signature] = provider.token({ claims: { aud: "a" }, expiresIn: 60_000 }).split(".") as [
      string,
      string,
      string,
    ];
    expect(JSON.parse(Buffer.from(payload, "base64url").toString())).toEqual({
      iss: "https://id.example/v2.0",
      iat: 1767225600,
      exp: 1767225660,
      aud: "a",
    });
    const key = createPublicKey({ key: keys[0] as never, format: "jwk" });
    const hash = alg === "EdDSA" ? null : `sha${alg.slice(2)}`;
    const options = alg.startsWith("PS")
      ? { key, padding: 6, saltLength: 48 }
      : alg.startsWith("ES")
        ? ({ key, dsaEncoding: "ieee-p1363" } as const)
        : key;
    expect(verify(hash, Buffer.from(`${head}.${payload}`), options, Buffer.from(signature, "base64url"))).toBe(true);
  });

  it("signs with a key that nobody knows if asked", () => {
    const provider = identityProvider({ issuer: "https://id.example", keys: [{ kid: "k" }] }, testClock());
    expect(JSON.parse(Buffer.from(provider.token({ signedBy: "other" }).split(".")[0]!, "base64url").toString())).toMatchObject({
      kid: "other",
    });
    expect(JSON.parse(Buffer.from(provider.token({ kid: null }).split(".")[0]!, "base64url").toString())).not.toHaveProperty(
      "kid",
    );
  });
});

describe("durations", () => {
  it.each([
    ["50ms", 50],
    ["10s", 10_000],
    ["-10m", -600_000],
    ["1.5h", 5_400_000],
    ["2d", 172_800_000],
    [7, 7_000],
    ["soon", null],
    ["", null],
  ] as const)("%s is %s ms", (text, ms) => {
    expect(parseUnitDuration(text)).toBe(ms);
  });
});

describe("comparison", () => {
  it.each([
    [{ a: 1 }, { a: 1, b: 2 }, 0],
    [{ a: { b: "/^x/" } }, { a: { b: "xyz" } }, 0],
    [[1, 2], [1, 2, 3], 1],
    [{ a: null }, {}, 0],
    [{ a: 1 }, { a: "1" }, 1],
    ["x", "y", 1],
  ])("%j against %j differs in %d places", (wanted, got, count) => {
    expect(differences(wanted, got, "it")).toHaveLength(count);
  });

  it.each([
    ["text", "text", 0],
    [{ json: { a: 1 } }, '{"a":1,"b":2}', 0],
    [{ exactly: { a: 1 } }, '{"a":1,"b":2}', 1],
    [{ contains: "b" }, "abc", 0],
    [{ matches: "^a.c$" }, "abc", 0],
    [{ matches: "/^b/" }, "abc", 1],
    [null, "", 0],
    [{ exactly: [1] }, "[1", 1],
  ])("body %j against %j differs in %d places", (wanted, text, count) => {
    expect(bodyDifferences(wanted, Buffer.from(text), "body")).toHaveLength(count);
  });
});
