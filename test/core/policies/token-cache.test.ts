import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from "vitest";
import { TokenCache } from "#core/policies/authentication/jwt/token-cache.js";
import { jwtWorld, pair, secret, start, token } from "./jwt-support.js";

const shared = Buffer.from(secret, "base64");
const other = Buffer.alloc(32, 8);
const key = (bytes: Uint8Array): string =>
  `<issuer-signing-keys><key>${Buffer.from(bytes).toString("base64")}</key></issuer-signing-keys>`;
const validate = (inner: string, attributes = ""): string =>
  `<validate-jwt header-name="Authorization" ${attributes}>${inner}</validate-jwt>`;
const hs = (claims: object = {}): string => token("HS256", shared, claims);

let verifications: MockInstance;
beforeEach(() => {
  verifications = vi.spyOn(globalThis.crypto.subtle, "verify");
});
afterEach(() => verifications.mockRestore());
const count = (): number => verifications.mock.calls.length;

describe("a verified token", () => {
  it("is not verified again", async () => {
    const world = await jwtWorld(validate(key(shared)));
    const one = hs();
    for (let i = 0; i < 5; i++) expect((await world.send(one)).reason).toBeNull();
    expect(count()).toBe(1);
    await world.send(hs({ jti: "another" }));
    expect(count()).toBe(2);
  });

  it("is remembered until it expires and no longer, even where the clocks may differ", async () => {
    const world = await jwtWorld(validate(key(shared), `clock-skew="60"`));
    const short = hs({ exp: start + 10 });
    await world.send(short);
    await world.clock.advance(9999);
    await world.send(short);
    expect(count()).toBe(1);
    await world.clock.advance(1);
    expect([(await world.send(short)).reason, (await world.send(short)).reason, count()]).toEqual([null, null, 3]);
    await world.clock.advance(60_000);
    expect((await world.send(short)).reason).toBe("TokenExpired");
  });

  it("without an end is verified again after an hour", async () => {
    const world = await jwtWorld(validate(key(shared), `require-expiration-time="false"`));
    const endless = hs({ exp: undefined });
    await world.send(endless);
    await world.clock.advance(3_599_999);
    await world.send(endless);
    expect(count()).toBe(1);
    await world.clock.advance(1);
    await world.send(endless);
    expect(count()).toBe(2);
  });

  it("is still measured by what the policy demands of each request", async () => {
    const audience = `<audiences><audience>@(context.Request.Headers.GetValueOrDefault("X-Audience", ""))</audience></audiences>`;
    const world = await jwtWorld(validate(key(shared) + audience));
    const one = `Bearer ${hs({ aud: "a" })}`;
    expect((await world.send({ Authorization: one, "X-Audience": "a" })).reason).toBeNull();
    expect((await world.send({ Authorization: one, "X-Audience": "b" })).reason).toBe("TokenAudienceNotAllowed");
    expect((await world.send({ Authorization: one })).reason).toBe("TokenAudienceNotAllowed");
    expect(count()).toBe(1);
  });

  it("holds for policies with the same keys, and for no others", async () => {
    const same = await jwtWorld(validate(key(shared)) + validate(key(shared)));
    const one = hs();
    expect([(await same.send(one)).reason, count()]).toEqual([null, 1]);
    const different = await jwtWorld(validate(key(shared)) + validate(key(other)));
    expect((await different.send(one)).reason).toBe("TokenSignatureInvalid");
  });

  it("stays remembered over an update that keeps the keys, and not over one that takes them away", async () => {
    const world = await jwtWorld(validate(key(shared)));
    const one = hs();
    await world.send(one);
    await world.update(`<set-variable name="a" value="b" />${validate(key(shared))}`);
    expect([(await world.send(one)).reason, count()]).toEqual([null, 1]);
    await world.update(validate(key(other)));
    expect((await world.send(one)).reason).toBe("TokenSignatureInvalid");
  });

  it("is verified every time if the configuration says so", async () => {
    const world = await jwtWorld(validate(key(shared)), () => 404, { tokens: { cache: false } });
    const one = hs();
    for (let i = 0; i < 3; i++) expect((await world.send(one)).reason).toBeNull();
    expect(count()).toBe(3);
  });
});

describe("a provider's keys", () => {
  const first = pair("k1");
  const second = pair("k2");
  const policy = validate(`<openid-config url="https://login.example/.well-known/openid-configuration" />`);
  const signed = (claims: object = {}): string =>
    token("RS256", first.privateKey, { iss: "https://login.example/", exp: start + 99_999, ...claims }, { kid: "k1" });
  const world = (published: () => readonly object[]) =>
    jwtWorld(policy, (url) =>
      url.endsWith("/keys")
        ? { keys: published() }
        : { issuer: "https://login.example/", jwks_uri: "https://login.example/keys" },
    );

  it("that are the same after an hour leave tokens remembered", async () => {
    const { send, clock, calls } = await world(() => [first.jwk]);
    const one = signed();
    await send(one);
    await clock.advance(3_600_000);
    expect([(await send(one)).reason, count(), calls.length]).toEqual([null, 1, 4]);
  });

  it("that change make tokens be verified anew: those of a key that is gone are refused", async () => {
    let keys = [first.jwk];
    const { send, clock } = await world(() => keys);
    const one = signed();
    await send(one);
    keys = [first.jwk, second.jwk];
    await clock.advance(3_600_000);
    expect([(await send(one)).reason, count()]).toEqual([null, 2]);
    keys = [second.jwk];
    await clock.advance(3_600_000);
    expect((await send(one)).reason).toBe("TokenSignatureKeyNotFound");
  });

  it("that change in between, found by a token that names a new one, count at once", async () => {
    let keys = [first.jwk];
    const { send, clock } = await world(() => keys);
    const one = signed();
    await send(one);
    keys = [second.jwk];
    await clock.advance(300_000);
    expect((await send(token("RS256", second.privateKey, { iss: "https://login.example/" }, { kid: "k2" }))).reason).toBeNull();
    expect((await send(one)).reason).toBe("TokenSignatureKeyNotFound");
  });
});

describe("a refused token", () => {
  it("is not remembered, so that strangers cannot fill the memory", async () => {
    const world = await jwtWorld(validate(key(shared)));
    const forged = token("HS256", other);
    for (let i = 0; i < 3; i++) expect((await world.send(forged)).reason).toBe("TokenSignatureInvalid");
    expect(count()).toBe(3);
  });

  it("with the signature of a remembered one is refused", async () => {
    const world = await jwtWorld(validate(key(shared)));
    const [head, , signature] = hs().split(".");
    await world.send(hs());
    const payload = Buffer.from(JSON.stringify({ exp: start + 3600, admin: true })).toString("base64url");
    expect((await world.send(`${head}.${payload}.${signature}`)).reason).toBe("TokenSignatureInvalid");
  });
});

describe("the memory", () => {
  const entry = { token: { header: {}, payload: {}, issuers: [], keyOf: null }, metadata: [], until: Number.POSITIVE_INFINITY };
  const names = (text: string): string => TokenCache.key("policy", text);

  it("holds ten thousand tokens; the one that was not used longest goes first", () => {
    const cache = new TokenCache();
    for (let i = 0; i < 10_000; i++) cache.remember(names(String(i)), entry, 1000);
    expect(cache.find(names("0"), [], 0)).not.toBeNull();
    cache.remember(names("new"), entry, 1000);
    expect([cache.find(names("0"), [], 0) !== null, cache.find(names("1"), [], 0)]).toEqual([true, null]);
  });

  it("holds sixteen million characters of tokens", () => {
    const cache = new TokenCache();
    for (let i = 0; i < 300; i++) cache.remember(names(String(i)), entry, 65_536);
    const held = Array.from({ length: 300 }, (_, i) => cache.find(names(String(i)), [], 0)).filter((one) => one !== null);
    expect(held).toHaveLength(256);
  });

  it("knows tokens by a hash of policy and token", () => {
    const [one, two, three] = [TokenCache.key("p", "token"), TokenCache.key("q", "token"), TokenCache.key("p", "other")];
    expect(new Set([one, two, three]).size).toBe(3);
    expect(one).toMatch(/^[A-Za-z0-9+/]{43}=$/);
  });
});
