import { createCipheriv, type KeyObject, randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { jwtWorld, never, pair, secret, start, token } from "./jwt-support.js";
import { findings, refusals } from "./support.js";

const shared = Buffer.from(secret, "base64");
const rsa = pair("k1");
const ec = pair("k2", "ec");
const { n, e } = rsa.jwk as { n: string; e: string };

const keys = (inner: string): string => `<issuer-signing-keys>${inner}</issuer-signing-keys>`;
const sharedKey = keys(`<key>${secret}</key>`);
const validate = (inner: string, attributes = `header-name="Authorization"`): string =>
  `<validate-jwt ${attributes}>${inner}</validate-jwt>`;
const provider = `<openid-config url="https://login.example/.well-known/openid-configuration" />`;
const hs = (claims: object = {}, header: object = {}): string => token("HS256", shared, claims, header);

describe("where the token stands", () => {
  it.each([
    [`header-name="Authorization"`, { Authorization: `Bearer ${hs()}` }, "", null],
    [`header-name="Authorization"`, { Authorization: hs() }, "", null],
    [`header-name="Authorization"`, { authorization: `SharedAccess ${hs()}` }, "", null],
    [`header-name="Authorization"`, {}, "", "TokenNotPresent"],
    [`header-name="Authorization"`, { Authorization: " " }, "", "TokenNotPresent"],
    [`header-name="Authorization" require-scheme="Bearer"`, { Authorization: `bearer ${hs()}` }, "", null],
    [`header-name="Authorization" require-scheme="Bearer"`, { Authorization: hs() }, "", "JwtInvalid"],
    [`header-name="Authorization" require-scheme="Bearer"`, { Authorization: `Basic ${hs()}` }, "", "JwtInvalid"],
    [`header-name="Authorization" require-scheme="Bearer"`, { Authorization: "Bearer" }, "", "TokenNotPresent"],
    [`header-name="X-Token"`, { "X-Token": hs() }, "", null],
    [`header-name="X-Token" require-scheme="Bearer"`, { "X-Token": hs() }, "", null],
    [`header-name="X-Token"`, { "X-Token": `Bearer ${hs()}` }, "", "JwtInvalid"],
    [`query-parameter-name="t"`, {}, `?t=${hs()}`, null],
    [`query-parameter-name="t"`, {}, "", "TokenNotPresent"],
    [`token-value="@(context.Request.Headers.GetValueOrDefault(&quot;X&quot;))"`, { X: hs() }, "", null],
    [`token-value="@(context.Request.Headers.GetValueOrDefault(&quot;X&quot;))"`, {}, "", "TokenNotPresent"],
  ])("%s with %j%s", async (attributes, headers, query, reason) => {
    expect((await (await jwtWorld(validate(sharedKey, attributes))).send(headers as Record<string, string>, query)).reason).toBe(
      reason,
    );
  });
});

describe("signatures", () => {
  it.each([
    ["HS256", sharedKey, token("HS256", shared), null],
    ["HS512", sharedKey, token("HS512", shared), null],
    ["RS256 by n and e", keys(`<key n="${n}" e="${e}" />`), token("RS256", rsa.privateKey), null],
    ["PS256", keys(`<key n="${n}" e="${e}" />`), token("PS256", rsa.privateKey), null],
    ["another shared key", keys(`<key>${Buffer.alloc(32, 8).toString("base64")}</key>`), hs(), "TokenSignatureInvalid"],
    ["one of several", keys(`<key>${Buffer.alloc(32, 8).toString("base64")}</key><key>${secret}</key>`), hs(), null],
    [
      "the named one only",
      keys(`<key id="a">${Buffer.alloc(32, 8).toString("base64")}</key><key id="b">${secret}</key>`),
      hs({}, { kid: "a" }),
      "TokenSignatureInvalid",
    ],
    [
      "all, where none has the name",
      keys(`<key id="a">${Buffer.alloc(32, 8).toString("base64")}</key><key id="b">${secret}</key>`),
      hs({}, { kid: "c" }),
      null,
    ],
    ["no key at all", "", hs(), "TokenSignatureKeyNotFound"],
    [
      "a public key as shared key",
      keys(`<key n="${n}" e="${e}" />`),
      token("HS256", Buffer.from(n, "base64url")),
      "TokenSignatureInvalid",
    ],
    [
      "an algorithm that is not accepted",
      keys(`<key n="${n}" e="${e}" />`),
      token("RS384", rsa.privateKey),
      "TokenSignatureInvalid",
    ],
    [
      "a changed payload",
      sharedKey,
      hs().replace(/\.[^.]+\./, `.${Buffer.from(`{"exp":${start + 9}}`).toString("base64url")}.`),
      "TokenSignatureInvalid",
    ],
    ["none", sharedKey, token("none", null), "JwtInvalid"],
    ["no token at all", sharedKey, "a.b", "JwtInvalid"],
    ["a payload that is no object", sharedKey, `${hs().split(".")[0]}.W10.x`, "TokenSignatureInvalid"],
    ["a token beyond measure", sharedKey, hs({ x: "y".repeat(70_000) }), "JwtInvalid"],
  ])("%s", async (_what, inner, given, reason) => {
    const { reason: got, status } = await (await jwtWorld(validate(inner))).send(given);
    expect([got, status]).toEqual([reason, reason === null ? 200 : 401]);
  });

  it("unsigned tokens pass only where they may", async () => {
    const world = await jwtWorld(validate(sharedKey, `header-name="Authorization" require-signed-tokens="false"`));
    expect((await world.send(token("none", null))).reason).toBeNull();
    expect((await world.send(`${token("none", null)}x`)).reason).toBe("JwtInvalid");
    expect((await world.send(token("HS256", Buffer.alloc(32, 8)))).reason).toBe("TokenSignatureInvalid");
  });
});

describe("claims", () => {
  const inner = (more: string): string => validate(sharedKey + more);
  const skewed = validate(sharedKey, `header-name="Authorization" clock-skew="60"`);
  const required = (claim: string): string => inner(`<required-claims>${claim}</required-claims>`);
  it.each([
    ["exp in the future", inner(""), { exp: start + 1 }, null],
    ["exp now", inner(""), { exp: start }, "TokenExpired"],
    ["exp within the skew", skewed, { exp: start - 59 }, null],
    ["exp beyond the skew", skewed, { exp: start - 60 }, "TokenExpired"],
    ["skew as a time", validate(sharedKey, `header-name="Authorization" clock-skew="00:01:00"`), { exp: start - 59 }, null],
    [
      "skew that an expression gives",
      validate(sharedKey, `header-name="Authorization" clock-skew="@(&quot;60&quot;)"`),
      { exp: start - 59 },
      null,
    ],
    [
      "skew that is none",
      validate(sharedKey, `header-name="Authorization" clock-skew="@(&quot;soon&quot;)"`),
      {},
      "ExpressionValueEvaluationFailure",
    ],
    ["no exp", inner(""), { exp: undefined }, "JwtInvalid"],
    [
      "no exp where none is needed",
      validate(sharedKey, `header-name="Authorization" require-expiration-time="false"`),
      { exp: undefined },
      null,
    ],
    ["exp as text", inner(""), { exp: "9999999999" }, "JwtInvalid"],
    ["not yet", inner(""), { nbf: start + 1 }, "JwtInvalid"],
    ["not yet, within the skew", skewed, { nbf: start + 60 }, null],
    [
      "an audience",
      inner("<audiences><audience>a</audience><audience>@(&quot;b&quot;)</audience></audiences>"),
      { aud: "b" },
      null,
    ],
    ["one of several audiences", inner("<audiences><audience>a</audience></audiences>"), { aud: ["x", "a"] }, null],
    ["another audience", inner("<audiences><audience>a</audience></audiences>"), { aud: "A" }, "TokenAudienceNotAllowed"],
    ["no audience", inner("<audiences><audience>a</audience></audiences>"), {}, "TokenAudienceNotAllowed"],
    ["an issuer", inner("<issuers><issuer>i</issuer></issuers>"), { iss: "i" }, null],
    ["another issuer", inner("<issuers><issuer>i</issuer></issuers>"), { iss: "j" }, "TokenIssuerNotAllowed"],
    ["no issuer", inner("<issuers><issuer>i</issuer></issuers>"), {}, "TokenIssuerNotAllowed"],
    [
      "a tenant's issuer",
      inner("<issuers><issuer>https://x/{tenantid}/</issuer></issuers>"),
      { iss: "https://x/6f1c2b54-0a4e-4a53-9d5e-3f8f6c1f0a11/", tid: "6f1c2b54-0a4e-4a53-9d5e-3f8f6c1f0a11" },
      null,
    ],
    [
      "a made-up tenant's issuer",
      inner("<issuers><issuer>https://x/{tenantid}/</issuer></issuers>"),
      { iss: "https://x/../", tid: ".." },
      "TokenIssuerNotAllowed",
    ],
    ["a claim that is there", required(`<claim name="c" />`), { c: 0 }, null],
    ["a claim that is not", required(`<claim name="c" />`), {}, "TokenClaimNotFound"],
    ["a claim that is null", required(`<claim name="c" />`), { c: null }, "TokenClaimNotFound"],
    ["a claim of every object", required(`<claim name="constructor" />`), {}, "TokenClaimNotFound"],
    ["all values", required(`<claim name="c"><value>a</value><value>b</value></claim>`), { c: ["b", "a", "c"] }, null],
    [
      "not all values",
      required(`<claim name="c" match="all"><value>a</value><value>b</value></claim>`),
      { c: ["a"] },
      "TokenClaimValueNotAllowed",
    ],
    ["any value", required(`<claim name="c" match="any"><value>a</value><value>b</value></claim>`), { c: "b" }, null],
    ["no value", required(`<claim name="c" match="any"><value>a</value></claim>`), { c: "ab" }, "TokenClaimValueNotAllowed"],
    ["split values", required(`<claim name="c" separator=","><value>a</value><value>b</value></claim>`), { c: "b, a" }, null],
    ["split by blanks", required(`<claim name="c" match="any" separator=" "><value>b</value></claim>`), { c: "a b" }, null],
    [
      "numbers and booleans as text",
      required(`<claim name="c"><value>1</value></claim><claim name="d"><value>true</value></claim>`),
      { c: 1, d: true },
      null,
    ],
  ])("%s", async (_what, policy, claims, reason) => {
    expect((await (await jwtWorld(policy)).send(hs(claims))).reason).toBe(reason);
  });

  it("names all that are missing", async () => {
    const world = await jwtWorld(required(`<claim name="a" /><claim name="b" /><claim name="c" />`));
    expect((await world.send(hs({ b: 1 }))).message).toBe("JWT token is missing the following claims: a, c. Access denied.");
  });
});

describe("outcome", () => {
  it("fills the variable when all is well, and only then", async () => {
    const world = await jwtWorld(
      validate(
        `${sharedKey}<audiences><audience>a</audience></audiences>`,
        `header-name="Authorization" output-token-variable-name="jwt"`,
      ),
    );
    expect((await world.send(hs({ aud: "a" }))).exchange.variables.has("jwt")).toBe(true);
    expect((await world.send(hs())).exchange.variables.has("jwt")).toBe(false);
  });

  const strict = `${sharedKey}<audiences><audience>a</audience></audiences><issuers><issuer>i</issuer></issuers>
    <required-claims><claim name="role" /><claim name="scp" separator=" "><value>read</value></claim></required-claims>`;
  const right = { aud: "a", iss: "i", role: "r", scp: "read" };
  const at = (seconds: number): string => new Date(seconds * 1000).toISOString();
  const reasons = [
    ["TokenNotPresent", "", "JWT not present."],
    [
      "TokenSignatureInvalid",
      token("HS256", Buffer.alloc(32, 8), right, { kid: "k" }),
      "IDX10511: Signature validation failed. kid: 'k'. Access denied.",
    ],
    [
      "TokenAudienceNotAllowed",
      hs({ ...right, aud: ["b", "c"] }),
      "IDX10214: Audience validation failed. Audiences: 'b, c'. Did not match: 'a'. Access denied.",
    ],
    [
      "TokenIssuerNotAllowed",
      hs({ ...right, iss: "j" }),
      "IDX10205: Issuer validation failed. Issuer: 'j'. Did not match: 'i'. Access denied.",
    ],
    [
      "TokenExpired",
      hs({ ...right, exp: start - 1 }),
      `IDX10223: Lifetime validation failed. The token is expired. ValidTo (UTC): '${at(start - 1)}', Current time (UTC): '${at(start)}'. Access denied.`,
    ],
    ["TokenClaimNotFound", hs({ aud: "a", iss: "i" }), "JWT token is missing the following claims: role, scp. Access denied."],
    [
      "TokenClaimValueNotAllowed",
      hs({ ...right, scp: "write delete" }),
      "Claim scp value of write delete is not allowed. Access denied.",
    ],
    ["JwtInvalid", "no.token", "IDX12741: JWT must have three segments (JWS) or five segments (JWE)."],
    [
      "JwtInvalid",
      hs({ ...right, exp: undefined }),
      "IDX10225: Lifetime validation failed. The token is missing an Expiration Time.",
    ],
    [
      "JwtInvalid",
      hs({ ...right, nbf: start + 5 }),
      `IDX10222: Lifetime validation failed. The token is not yet valid. ValidFrom (UTC): '${at(start + 5)}', Current time (UTC): '${at(start)}'.`,
    ],
    ["JwtInvalid", token("none", null, right), "IDX10504: Unable to validate signature, token does not have a signature."],
  ] as const;
  it.each(reasons)("%s: little for the caller, the whole for the policies", async (reason, given, message) => {
    const world = await jwtWorld(validate(strict));
    expect((await world.send(hs(right))).reason).toBeNull();
    const refused = await world.send(given === "" ? {} : given);
    const said = reason === "TokenNotPresent" ? "JWT not present." : "Invalid JWT.";
    expect([refused.reason, refused.status, refused.text]).toEqual([reason, 401, `{ "statusCode": 401, "message": "${said}" }`]);
    expect(refused.message).toBe(message);
    expect(refused.headers.map(([name, value]) => `${name}: ${value}`)).toContain("Content-Type: application/json");
    expect(refused.headers.map(([name]) => name.toLowerCase())).not.toContain("www-authenticate");
    const { lastError } = refused.exchange;
    expect([lastError!.source, lastError!.section]).toEqual(["validate-jwt", "inbound"]);
  });

  it("TokenSignatureKeyNotFound: little for the caller, the whole for the policies", async () => {
    const world = await jwtWorld(validate(provider), (url) =>
      url.endsWith("/keys") ? { keys: [rsa.jwk] } : { issuer: "i", jwks_uri: "https://login.example/keys" },
    );
    const { reason, status, text, message } = await world.send(token("RS256", rsa.privateKey, {}, { kid: "k7" }));
    expect([reason, status, text, message]).toEqual([
      "TokenSignatureKeyNotFound",
      401,
      '{ "statusCode": 401, "message": "Invalid JWT." }',
      "IDX10501: Signature validation failed. Unable to match key: kid: 'k7'. Access denied.",
    ]);
  });

  it("says what it is told to", async () => {
    const world = await jwtWorld(
      validate(
        sharedKey,
        `header-name="Authorization" failed-validation-httpcode="403" failed-validation-error-message="@("No " + context.Request.Method)"`,
      ),
    );
    const { status, text, message } = await world.send({});
    expect([status, JSON.parse(text), message]).toEqual([403, { statusCode: 403, message: "No GET" }, "JWT not present."]);
  });
});

describe("a provider", () => {
  const metadata = { issuer: "https://login.example/", jwks_uri: "https://login.example/keys" };
  const published =
    (...pairs: { jwk: object }[]) =>
    (url: string) =>
      url.endsWith("/keys") ? { keys: pairs.map((pair) => pair.jwk) } : metadata;
  const mine = (key: { kid: string; privateKey: KeyObject }, alg = "RS256", claims: object = {}): string =>
    token(alg, key.privateKey, { iss: metadata.issuer, ...claims }, { kid: key.kid });

  it("gives keys and issuer, fetched once an hour", async () => {
    const world = await jwtWorld(validate(provider), published(rsa, ec));
    expect([(await world.send(mine(rsa))).reason, (await world.send(mine(ec, "ES256"))).reason]).toEqual([null, null]);
    expect(world.calls).toHaveLength(2);
    expect((await world.send(mine(rsa, "RS256", { iss: "https://other/" }))).reason).toBe("TokenIssuerNotAllowed");
    await world.clock.advance(3_599_000);
    await world.send(mine(rsa, "RS256", { exp: start + 9999 }));
    expect(world.calls).toHaveLength(2);
    await world.clock.advance(1000);
    expect((await world.send(mine(rsa, "RS256", { exp: start + 9999 }))).reason).toBeNull();
    expect(world.calls).toHaveLength(4);
  });

  it("is asked once by requests that come together", async () => {
    const world = await jwtWorld(validate(provider), published(rsa));
    await Promise.all([world.send(mine(rsa)), world.send(mine(rsa)), world.send(mine(rsa))]).catch(() => undefined);
    expect(world.calls.length).toBe(2);
  });

  it("is asked again for an unknown key, at once", async () => {
    const next = pair("k9");
    let current = [rsa];
    const world = await jwtWorld(validate(provider), (url) => published(...current)(url));
    await world.send(mine(rsa));
    current = [rsa, next];
    expect((await world.send(mine(next))).reason).toBeNull();
    expect(world.calls).toHaveLength(4);
    expect((await world.send(mine(next))).reason).toBeNull();
    expect(world.calls).toHaveLength(4);
  });

  it("may be named by an expression", async () => {
    const computed = `<openid-config url="@("https://" + context.Request.Headers.GetValueOrDefault("X-Tenant", "none") + ".example/.well-known/openid-configuration")" />`;
    const world = await jwtWorld(validate(computed), (url) => (url.includes("login") ? published(rsa)(url) : 404));
    const headers = { Authorization: `Bearer ${mine(rsa)}` };
    expect((await world.send({ ...headers, "X-Tenant": "login" })).reason).toBeNull();
    expect((await world.send({ ...headers, "X-Tenant": "other" })).reason).toBe("OpenIdConfigurationUnavailable");
    expect((await world.send({ ...headers, "X-Tenant": "a b/" })).reason).toBe("OpenIdConfigurationUnavailable");
  });

  it("takes keys back", async () => {
    let current = [rsa, ec];
    const world = await jwtWorld(validate(provider), (url) => published(...current)(url));
    const long = mine(rsa, "RS256", { exp: start + 99_999 });
    expect((await world.send(long)).reason).toBeNull();
    current = [ec];
    await world.clock.advance(3_600_000);
    expect((await world.send(long)).reason).toBe("TokenSignatureKeyNotFound");
  });

  it("of the same name but another key is no match", async () => {
    const world = await jwtWorld(validate(provider), published(rsa));
    expect((await world.send(mine({ kid: "k1", privateKey: pair("k1").privateKey }))).reason).toBe("TokenSignatureInvalid");
  });

  it("that cannot be reached is a 500, unless another key will do", async () => {
    const { reason, status, text } = await (await jwtWorld(validate(provider), () => 503)).send(mine(rsa));
    expect([reason, status, (JSON.parse(text) as { message: string }).message]).toEqual([
      "OpenIdConfigurationUnavailable",
      500,
      "Internal server error",
    ]);
    const world = await jwtWorld(validate(`${provider}${sharedKey}<issuers><issuer>i</issuer></issuers>`), () => 503);
    expect((await world.send(hs({ iss: "i" }))).reason).toBeNull();
  });

  it("that answers late, or never, is waited for by nobody who can do without it", async () => {
    const silent = `<openid-config url="https://silent.example/.well-known/openid-configuration" />`;
    const world = await jwtWorld(validate(silent + provider), (url) => (url.includes("silent") ? never : published(rsa)(url)));
    expect((await world.send(mine(rsa))).reason).toBeNull();
    const before = world.clock.now();
    await world.clock.advance(300_000);
    // It is asked again on the side.
    expect([(await world.send(mine(rsa))).reason, world.clock.now()]).toEqual([null, before + 300_000]);
    expect(world.calls.filter((url) => url.includes("silent"))).toHaveLength(2);
  });

  it("that hangs is a 500 after half a minute, for all who wait", async () => {
    const world = await jwtWorld(validate(provider), () => never);
    const before = world.clock.now();
    expect([(await world.send(mine(rsa))).status, world.clock.now() - before]).toEqual([500, 30_000]);
    expect([(await world.send(mine(rsa))).status, world.calls.length]).toEqual([500, 1]);
  });

  it("that hangs after it had answered holds up one request at the most", async () => {
    let isDown = false;
    const world = await jwtWorld(validate(provider), (url) => (isDown ? never : published(rsa)(url)));
    const long = (): string => mine(rsa, "RS256", { exp: start + 99_999 });
    await world.send(long());
    isDown = true;
    await world.clock.advance(3_600_000);
    expect((await world.send(long())).reason).toBeNull();
    const before = world.clock.now();
    for (let i = 0; i < 3; i++) expect((await world.send(long())).reason).toBeNull();
    await world.clock.advance(300_000);
    expect((await world.send(long())).reason).toBeNull();
    expect(world.clock.now() - before).toBe(300_000);
  });

  it("that comes back gives its new keys", async () => {
    let answer: (url: string) => object | number = published(rsa);
    const world = await jwtWorld(validate(provider), (url) => answer(url));
    await world.send(mine(rsa));
    answer = () => 503;
    await world.clock.advance(3_600_000);
    await world.send(mine(rsa, "RS256", { exp: start + 99_999 }));
    answer = published(ec);
    await world.clock.advance(300_000);
    expect((await world.send(mine(ec, "ES256", { exp: start + 99_999 }))).reason).toBeNull();
    expect((await world.send(mine(rsa, "RS256", { exp: start + 99_998 }))).reason).toBe("TokenSignatureKeyNotFound");
  });

  it.each([
    ["no JSON", () => "<html>"],
    ["no object", () => [1]],
    ["no jwks_uri", () => ({ issuer: "i" })],
    ["keys that are no list", (url: string) => (url.endsWith("/keys") ? { keys: {} } : metadata)],
    ["more than a mebibyte", (url: string) => (url.endsWith("/keys") ? { keys: [], x: "y".repeat(1_100_000) } : metadata)],
    ["a jwks_uri that is no address", () => ({ ...metadata, jwks_uri: "file:///etc/passwd" })],
  ])("that gives %s cannot be used", async (_what, answer) => {
    const world = await jwtWorld(validate(provider), answer as (url: string) => object);
    expect((await world.send(mine(rsa))).reason).toBe("OpenIdConfigurationUnavailable");
  });

  it("among several: each gives its keys and its issuer", async () => {
    const second = { issuer: "https://second.example/", jwks_uri: "https://second.example/keys" };
    const policy = validate(`${provider}<openid-config url="https://second.example/.well-known/openid-configuration" />`);
    const world = await jwtWorld(policy, (url) =>
      !url.includes("second") ? published(rsa)(url) : url.endsWith("/keys") ? { keys: [ec.jwk] } : second,
    );
    const of = (key: typeof rsa, alg: string, iss: string) => token(alg, key.privateKey, { iss }, { kid: key.kid });
    expect((await world.send(of(rsa, "RS256", metadata.issuer))).reason).toBeNull();
    expect((await world.send(of(ec, "ES256", second.issuer))).reason).toBeNull();
    expect((await world.send(of(ec, "ES256", "https://third.example/"))).reason).toBe("TokenIssuerNotAllowed");
    expect(world.calls).toHaveLength(4);
  });

  it("beside issuers: both are accepted", async () => {
    const world = await jwtWorld(validate(`${provider}<issuers><issuer>other</issuer></issuers>`), published(rsa));
    expect((await world.send(mine(rsa))).reason).toBeNull();
    expect((await world.send(mine(rsa, "RS256", { iss: "other" }))).reason).toBeNull();
    expect((await world.send(mine(rsa, "RS256", { iss: "third" }))).reason).toBe("TokenIssuerNotAllowed");
  });

  it("may have moved: redirects are followed", async () => {
    const world = await jwtWorld(validate(provider), published(rsa), {}, undefined, {
      "https://login.example/.well-known/openid-configuration": "https://login.example/v2/.well-known/openid-configuration",
    });
    expect((await world.send(mine(rsa))).reason).toBeNull();
    expect(world.calls[1]).toBe("https://login.example/v2/.well-known/openid-configuration");
  });

  it("keeps serving what it said last when it cannot be reached any more", async () => {
    let isDown = false;
    const world = await jwtWorld(validate(provider), (url) => (isDown ? 503 : published(rsa)(url)));
    await world.send(mine(rsa));
    isDown = true;
    await world.clock.advance(3_600_000);
    expect((await world.send(mine(rsa, "RS256", { exp: start + 9999 }))).reason).toBeNull();
  });
});

describe("what is remembered of a token", () => {
  it("is its signature, not its validity", async () => {
    const world = await jwtWorld(validate(sharedKey));
    const short = hs({ exp: start + 10 });
    expect((await world.send(short)).reason).toBeNull();
    await world.clock.advance(9999);
    expect((await world.send(short)).reason).toBeNull();
    await world.clock.advance(1);
    expect((await world.send(short)).reason).toBe("TokenExpired");
  });

  it("holds for one policy only", async () => {
    const other = keys(`<key>${Buffer.alloc(32, 8).toString("base64")}</key>`);
    const world = await jwtWorld(`${validate(sharedKey)}${validate(other)}`);
    expect((await world.send(hs())).reason).toBe("TokenSignatureInvalid");
  });

  it("does not let an unsigned token in after one that may be", async () => {
    const world = await jwtWorld(
      `${validate(sharedKey, `header-name="Authorization" require-signed-tokens="@(context.Request.Headers.ContainsKey("X-Strict"))"`)}`,
    );
    const unsigned = token("none", null);
    expect((await world.send(unsigned)).reason).toBeNull();
    expect((await world.send({ Authorization: `Bearer ${unsigned}`, "X-Strict": "1" })).reason).toBe("JwtInvalid");
  });
});

describe("encrypted tokens", () => {
  const cek = Buffer.alloc(32, 3);
  const encrypted = (text: string, key = cek): string => {
    const header = Buffer.from(JSON.stringify({ alg: "dir", enc: "A256GCM", cty: "JWT" })).toString("base64url");
    const iv = randomBytes(12);
    const cipher = createCipheriv("aes-256-gcm", key, iv).setAAD(Buffer.from(header));
    const data = Buffer.concat([cipher.update(text), cipher.final()]);
    return [header, "", ...[iv, data, cipher.getAuthTag()].map((one) => one.toString("base64url"))].join(".");
  };
  const policy = validate(
    `${sharedKey}<decryption-keys><key>${Buffer.alloc(32, 4).toString("base64")}</key><key>${cek.toString("base64")}</key></decryption-keys>`,
  );

  it.each([
    ["around a signed one", encrypted(hs()), null],
    ["around a badly signed one", encrypted(token("HS256", Buffer.alloc(32, 8))), "TokenSignatureInvalid"],
    ["around bare claims", encrypted(JSON.stringify({ exp: start + 9 })), "JwtInvalid"],
    ["of another key", encrypted(hs(), Buffer.alloc(32, 5)), "JwtInvalid"],
    ["inside one another", encrypted(encrypted(hs())), "JwtInvalid"],
  ])("%s", async (_what, given, reason) => {
    expect((await (await jwtWorld(policy)).send(given)).reason).toBe(reason);
  });
});

describe("at load time", () => {
  it.each([
    ["<validate-jwt />", ["error TP2101"]],
    [validate(sharedKey, `header-name="a" query-parameter-name="b"`), ["error TP2102"]],
    [validate(keys("<key>not base64!</key>")), ["warning TP2106"]],
    [validate(keys("<key>c2hvcnQ=</key>")), ["warning TP2106"]],
    [validate(keys(`<key n="AQAB">x</key>`)), ["error TP2102"]],
    [validate(keys("<key />")), ["error TP2102"]],
    [validate(keys(`<key>{{signing-key}}</key>`)), ["warning TP2013"]],
    [validate(sharedKey, `header-name="a" clock-skew="soon"`), ["error TP2008"]],
    [validate(`<required-claims><claim match="some" name="a" /></required-claims>`), ["error TP2008"]],
    [validate(keys(`<key certificate-id="c" />`)), []],
  ])("%s", (xml, expected) => {
    expect(findings(xml)).toEqual(expected);
  });

  it("refuses certificates that are not there, and keys that are none", async () => {
    expect(await refusals(validate(keys(`<key certificate-id="c" />`)))).toEqual(["error TP3002"]);
    expect(await refusals(validate(keys("<key>not base64!</key>")))).toEqual(["error TP2106"]);
  });
});
