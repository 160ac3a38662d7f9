import { createHmac, createSecretKey } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encrypted, jwtWorld, never, pair, secret, start, token } from "../policies/jwt-support.js";

const shared = Buffer.from(secret, "base64");
const wrap = Buffer.alloc(32, 9);
const rsa = pair("k1");
const issuer = "https://login.example/";
const { n, e } = rsa.jwk as { n: string; e: string };
const sharedKey = `<issuer-signing-keys><key>${secret}</key></issuer-signing-keys>`;
const publicKey = `<issuer-signing-keys><key n="${n}" e="${e}" /></issuer-signing-keys>`;
const decryption = `<decryption-keys><key>${wrap.toString("base64")}</key></decryption-keys>`;
const provider = `<openid-config url="${issuer}.well-known/openid-configuration" />`;
const validate = (inner: string, attributes = `header-name="Authorization"`): string =>
  `<validate-jwt output-token-variable-name="jwt" ${attributes}>${inner}</validate-jwt>`;
const published = (url: string): object => (url.endsWith("/keys") ? { keys: [rsa.jwk] } : { issuer, jwks_uri: `${issuer}keys` });

const base64 = (value: string | Uint8Array): string => Buffer.from(value).toString("base64url");
/** A token signed with the shared key, of a header and payload as they are. */
function signed(payload: string | Uint8Array, header = `{"alg":"HS256"}`): string {
  const text = `${base64(header)}.${base64(payload)}`;
  return `${text}.${createHmac("sha256", shared).update(text).digest("base64url")}`;
}
const claims = (members: string): string => signed(`{"exp":${start + 3600},${members}}`);
const good = signed(`{"exp":${start + 3600}}`);
const [goodHead, goodPayload, goodSignature] = good.split(".") as [string, string, string];

/** A refusal as callers see it: 401 and two words, whatever was wrong. */
async function refusal(policy: string, given: string | Record<string, string>, path = ""): Promise<string | null> {
  const { reason, status, text, exchange } = await (await jwtWorld(policy)).send(given, path);
  if (reason === null) return null;
  expect([status, JSON.parse(text), exchange.variables.has("jwt")]).toEqual([
    401,
    { statusCode: 401, message: reason === "TokenNotPresent" ? "JWT not present." : "Invalid JWT." },
    false,
  ]);
  return reason;
}

describe("what is no token", () => {
  it.each([
    ["nothing between the dots", ".."],
    ["four parts", `${good}.x`],
    ["six parts", "a.b.c.d.e.f"],
    ["a million dots", ".".repeat(1_000_000)],
    ["a million letters", "a".repeat(1_000_000)],
    ["a megabyte of claims", claims(`"x":"${"y".repeat(1_000_000)}"`)],
    ["a megabyte of header", `${base64(`{"alg":"HS256","x":"${"y".repeat(1_000_000)}"}`)}.${goodPayload}.${goodSignature}`],
    ["a megabyte of signature", `${goodHead}.${goodPayload}.${"A".repeat(1_000_000)}`],
    ["letters that are not base64url", `${goodHead}+.${goodPayload}.${goodSignature}`],
    ["padding", `${goodHead}==.${goodPayload}.${goodSignature}`],
    ["one letter too many", `${goodHead}.${goodPayload}A.${goodSignature}`],
    ["a header that is a list", `${base64("[]")}.${goodPayload}.${goodSignature}`],
    ["a header that is a number", `${base64("1")}.${goodPayload}.${goodSignature}`],
    ["a header that is cut short", `${base64('{"alg":"HS256"')}.${goodPayload}.${goodSignature}`],
    ["an unending string of escapes", `${base64(`{"${'\\"'.repeat(20_000)}`)}.${goodPayload}.${goodSignature}`],
    ["zero bytes", `${base64(new Uint8Array(100))}.${goodPayload}.${goodSignature}`],
    ["another word for it", "null"],
  ])("%s", async (_what, given) => {
    expect(await refusal(validate(sharedKey + decryption), given)).toMatch(/^(JwtInvalid|TokenSignatureInvalid)$/);
  });

  it.each([
    ["a payload that is no JSON", signed("no json")],
    ["a payload that is a list", signed("[]")],
    ["a payload that is null", signed("null")],
    ["a payload that is not UTF-8", signed(new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]))],
    ["a payload that is nested a hundred levels deep", claims(`"a":${"[".repeat(100)}${"]".repeat(100)}`)],
    ["a payload that is nested twenty thousand levels deep", claims(`"a":${"[".repeat(20_000)}${"]".repeat(20_000)}`)],
    ["a payload of objects nested deep", claims(`"a":${'{"a":'.repeat(5000)}1${"}".repeat(5000)}`)],
  ])("even if the signature is right: %s", async (_what, given) => {
    expect(await refusal(validate(sharedKey), given)).toBe("JwtInvalid");
  });

  it("a header flood: a thousand Authorization lines, or one of a megabyte", async () => {
    const world = await jwtWorld(validate(sharedKey));
    const headers = Array.from({ length: 1000 }, (): [string, string] => ["Authorization", `Bearer ${good}`]);
    const request = { method: "GET", url: "https://api.example/orders", headers };
    expect((await world.clock.run(() => world.gateway.handle(request))).status).toBe(401);
    expect((await world.send({ Authorization: `${"Bearer ".repeat(150_000)}${good}` })).reason).toBe("JwtInvalid");
    expect((await world.send({ Authorization: `Bearer${" ".repeat(1_000_000)}${good}` })).reason).toBeNull();
  });

  it("in a query", async () => {
    const policy = validate(sharedKey, `query-parameter-name="t"`);
    expect(await refusal(policy, {}, `?t=${"a.".repeat(3000)}`)).toBe("JwtInvalid");
    expect((await (await jwtWorld(policy)).send({}, `?t=${"a.".repeat(500_000)}`)).status).toBe(400);
  });
});

describe("algorithms", () => {
  it.each(["none", "None", "NONE", "nOnE", "", "HS256 ", "hs256", "RS1", "dir", "HS1024"])("%j is refused", async (alg) => {
    const header = base64(JSON.stringify({ alg }));
    const world = await jwtWorld(validate(sharedKey + provider), published);
    for (const signature of ["", goodSignature])
      expect((await world.send(`${header}.${goodPayload}.${signature}`)).reason).toMatch(/^(JwtInvalid|TokenSignatureInvalid)$/);
  });

  it.each([`5`, `null`, `true`, `["HS256"]`, `{"HS256":1}`])("one that is %s is refused", async (alg) => {
    expect(await refusal(validate(sharedKey), signed(`{"exp":${start + 3600}}`, `{"alg":${alg}}`))).toBe("TokenSignatureInvalid");
  });

  it("none with unsigned tokens allowed still has no signature to hide behind", async () => {
    const policy = validate(sharedKey, `header-name="Authorization" require-signed-tokens="false"`);
    expect(await refusal(policy, token("none", null))).toBeNull();
    expect(await refusal(policy, `${token("none", null)}${goodSignature}`)).toBe("JwtInvalid");
    for (const alg of ["None", "NONE", ""]) {
      const unsigned = `${base64(JSON.stringify({ alg }))}.${goodPayload}.`;
      expect(await refusal(policy, unsigned)).toBe("TokenSignatureInvalid");
    }
  });

  it("a public key is no shared secret, in whatever form", async () => {
    const forms = [
      Buffer.from(n, "base64url"),
      Buffer.from(n),
      rsa.publicKey.export({ type: "spki", format: "pem" }),
      rsa.publicKey.export({ type: "spki", format: "der" }),
      rsa.publicKey.export({ type: "pkcs1", format: "pem" }),
      Buffer.from(JSON.stringify(rsa.jwk)),
    ];
    for (const form of forms)
      for (const header of [{}, { kid: "k1" }]) {
        const forged = token("HS256", Buffer.from(form), { iss: issuer }, header);
        expect((await (await jwtWorld(validate(publicKey))).send(forged)).reason).toBe("TokenSignatureInvalid");
        expect((await (await jwtWorld(validate(provider), published)).send(forged)).reason).toBe("TokenSignatureInvalid");
      }
  });
});

describe("header members that would decide about themselves", () => {
  const attacker = pair("attacker");
  it.each([
    ["jwk", { jwk: attacker.jwk }],
    ["jku", { jku: "https://evil.example/keys" }],
    ["x5u", { x5u: "https://evil.example/chain.pem" }],
    ["x5c", { x5c: ["AAAA"] }],
    [
      "all of them, under a known name",
      { kid: "k1", jwk: attacker.jwk, jku: "https://evil.example/keys", x5u: "https://evil.example/x" },
    ],
  ])("%s is not looked at", async (_what, header) => {
    const forged = token("RS256", attacker.privateKey, { iss: issuer }, header);
    const world = await jwtWorld(validate(provider), published);
    expect((await world.send(forged)).reason).toMatch(/^TokenSignature(Invalid|KeyNotFound)$/);
    expect(world.calls.filter((url) => url.includes("evil"))).toEqual([]);
    expect((await (await jwtWorld(validate(publicKey))).send(forged)).reason).toBe("TokenSignatureInvalid");
  });

  it.each([
    `{"alg":"HS256","crit":["exp"],"exp":1}`,
    `{"alg":"HS256","crit":[]}`,
    `{"alg":"HS256","crit":"exp"}`,
    `{"alg":"HS256","b64":false,"crit":["b64"]}`,
    `{"alg":"HS256","b64":true}`,
    `{"alg":"none","crit":["x"]}`,
  ])("extensions that must be understood are not: %s", async (header) => {
    const attributes = `header-name="Authorization" require-signed-tokens="false"`;
    expect(await refusal(validate(sharedKey, attributes), signed(`{"exp":${start + 3600}}`, header))).toBe("JwtInvalid");
  });

  it.each(["5", "null", "{}", `["k1"]`, `"__proto__"`, `"constructor"`, `"${"k".repeat(10_000)}"`])("kid %.20s", async (kid) => {
    const { reason, message } = await (await jwtWorld(validate(provider), published)).send(
      signed(`{"exp":${start + 3600}}`, `{"alg":"RS256","kid":${kid}}`),
    );
    expect(reason).toMatch(/^TokenSignature(Invalid|KeyNotFound)$/);
    expect(message!.length).toBeLessThan(400);
  });

  it("a name with line breaks cannot write lines of a log", async () => {
    const { message } = await (await jwtWorld(validate(provider), published)).send(
      signed("{}", JSON.stringify({ alg: "RS256", kid: "a\r\nlevel=info user=admin\u2028x" })),
    );
    expect(message).not.toMatch(/[\r\n\u2028]/);
  });
});

describe("members that are there twice", () => {
  it("have their last value, for signature and claims alike", async () => {
    const policy = `${validate(sharedKey)}<set-variable name="sub" value="@(((Jwt)context.Variables["jwt"]).Subject)" />`;
    const world = await jwtWorld(policy);
    const { reason, exchange } = await world.send(claims(`"sub":"first","sub":"last"`));
    expect([reason, exchange.variables.get("sub")]).toEqual([null, "last"]);
    const text = `{"alg":"none","alg":"HS256"}`;
    expect((await world.send(signed(`{"exp":${start + 3600}}`, text))).reason).toBeNull();
    expect(await refusal(validate(sharedKey), `${base64(`{"alg":"HS256","alg":"none"}`)}.${goodPayload}.`)).toBe("JwtInvalid");
    expect(await refusal(validate(sharedKey), signed(`{"exp":${start + 3600},"exp":1}`))).toBe("TokenExpired");
  });
});

describe("claims of wrong types", () => {
  const policy = validate(
    `${sharedKey}<audiences><audience>a</audience></audiences><issuers><issuer>i</issuer></issuers>
     <required-claims><claim name="roles" match="any"><value>admin</value></claim></required-claims>`,
  );
  const all = `"aud":"a","iss":"i","roles":["admin"]`;
  it.each([
    [`"exp":"soon"`, "JwtInvalid"],
    [`"exp":"99999999999"`, "JwtInvalid"],
    [`"exp":true`, "JwtInvalid"],
    [`"exp":null`, "JwtInvalid"],
    [`"exp":[99999999999]`, "JwtInvalid"],
    [`"exp":{}`, "JwtInvalid"],
    [`"exp":1e400`, "JwtInvalid"],
    [`"exp":-1`, "TokenExpired"],
    [`"exp":0`, "TokenExpired"],
    [`"nbf":"x"`, "JwtInvalid"],
    [`"nbf":{}`, "JwtInvalid"],
    [`"nbf":99999999999999999999`, "JwtInvalid"],
    [`"aud":5`, "TokenAudienceNotAllowed"],
    [`"aud":null`, "TokenAudienceNotAllowed"],
    [`"aud":{"a":"a"}`, "TokenAudienceNotAllowed"],
    [`"aud":[["a"]]`, "TokenAudienceNotAllowed"],
    [`"aud":[]`, "TokenAudienceNotAllowed"],
    [`"aud":"a,b"`, "TokenAudienceNotAllowed"],
    [`"iss":["i"]`, "TokenIssuerNotAllowed"],
    [`"iss":{}`, "TokenIssuerNotAllowed"],
    [`"iss":5`, "TokenIssuerNotAllowed"],
    [`"roles":{"admin":true}`, "TokenClaimValueNotAllowed"],
    [`"roles":[["admin"]]`, "TokenClaimValueNotAllowed"],
    [`"roles":"administrator"`, "TokenClaimValueNotAllowed"],
    [`"roles":null`, "TokenClaimNotFound"],
    [`"roles":${JSON.stringify("x".repeat(30_000))}`, "TokenClaimValueNotAllowed"],
  ])("%.40s", async (member, reason) => {
    expect(await refusal(policy, claims(all))).toBeNull();
    expect(await refusal(policy, claims(`${all},${member}`))).toBe(reason);
  });

  it.each(["__proto__", "constructor", "toString", "hasOwnProperty"])("the claim %s is one like any other", async (name) => {
    const asked = validate(`${sharedKey}<required-claims><claim name="${name}"><value>v</value></claim></required-claims>`);
    expect(await refusal(asked, good)).toBe("TokenClaimNotFound");
    expect(await refusal(asked, claims(`"${name}":"v"`))).toBeNull();
  });

  it("an empty audience or issuer lets nobody in", async () => {
    const empty = `<audiences><audience>@((string)null)</audience><audience></audience></audiences>`;
    for (const aud of [`""`, `[""]`, `[null]`, `null`])
      expect(await refusal(validate(sharedKey + empty), claims(`"aud":${aud}`))).toBe("TokenAudienceNotAllowed");
    const issuers = `<issuers><issuer>@("")</issuer></issuers>`;
    expect(await refusal(validate(sharedKey + issuers), claims(`"iss":""`))).toBe("TokenIssuerNotAllowed");
  });
});

describe("encrypted tokens", () => {
  const policy = validate(sharedKey + decryption);
  const key = createSecretKey(wrap);
  it("that burst when they are opened", async () => {
    for (const content of ["0".repeat(50_000_000), `{"a":"${"0".repeat(1_000_000)}"}`, "x".repeat(70_000)]) {
      const bomb = await encrypted({ alg: "dir", enc: "A256GCM", zip: "DEF" }, key, content);
      expect(bomb.length).toBeLessThan(70_000);
      expect(await refusal(policy, bomb)).toBe("JwtInvalid");
    }
  });

  it.each([
    [
      "a password's price set by the caller",
      { alg: "PBES2-HS256+A128KW", enc: "A256GCM", p2c: 2_000_000_000, p2s: "AAAAAAAAAAA" },
    ],
    ["RSA with the old padding", { alg: "RSA1_5", enc: "A256GCM" }],
    ["an agreed key", { alg: "ECDH-ES", enc: "A256GCM", epk: { kty: "EC", crv: "P-256", x: "AA", y: "AA" } }],
    ["no algorithm", { enc: "A256GCM" }],
    ["an algorithm that is a list", { alg: ["dir"], enc: "A256GCM" }],
    ["unknown compression", { alg: "dir", enc: "A256GCM", zip: "GZIP" }],
    ["an extension", { alg: "dir", enc: "A256GCM", crit: ["x"], x: 1 }],
  ])("with %s", async (_what, header) => {
    expect(
      await refusal(policy, [base64(JSON.stringify(header)), "", "AAAAAAAAAAAAAAAA", "AAAA", "AAAAAAAAAAAAAAAAAAAAAA"].join(".")),
    ).toBe("JwtInvalid");
  });

  it("that hold another one, and another", async () => {
    let nested = good;
    for (let i = 0; i < 5; i++) {
      nested = await encrypted({ alg: "dir", enc: "A256GCM" }, key, nested);
      expect(await refusal(policy, nested)).toBe(i === 0 ? null : "JwtInvalid");
    }
  });

  it("changed in any part", async () => {
    const parts = (await encrypted({ alg: "dir", enc: "A256GCM" }, key, good)).split(".");
    for (const index of [2, 3, 4]) {
      const changed = parts.map((part, i) => (i === index ? `${part.startsWith("A") ? "B" : "A"}${part.slice(1)}` : part));
      expect(await refusal(policy, changed.join("."))).toBe("JwtInvalid");
    }
  });
});

describe("floods", () => {
  it("of requests to a provider that does not answer wait for one fetch", async () => {
    const world = await jwtWorld(validate(provider), () => never);
    const one = token("RS256", rsa.privateKey, { iss: issuer }, { kid: "k1" });
    const answers = await world.clock.run(() =>
      Promise.all(
        Array.from({ length: 100 }, () =>
          world.gateway.handle({ method: "GET", url: "https://api.example/orders", headers: { Authorization: `Bearer ${one}` } }),
        ),
      ),
    );
    expect([new Set(answers.map((answer) => answer.status)), world.calls.length]).toEqual([new Set([500]), 1]);
  });

  it("of keys in a provider's set: a hundred are taken", async () => {
    const keys = [...Array.from({ length: 100 }, (_, i) => ({ ...rsa.jwk, kid: `other-${i}` })), rsa.jwk];
    const world = await jwtWorld(validate(provider), (url) =>
      url.endsWith("/keys") ? { keys } : { issuer, jwks_uri: `${issuer}keys` },
    );
    const by = (kid: string) => token("RS256", rsa.privateKey, { iss: issuer }, { kid });
    expect([(await world.send(by("other-99"))).reason, (await world.send(by("k1"))).reason]).toEqual([
      null,
      "TokenSignatureKeyNotFound",
    ]);
  });
});

it("no change to a token makes it pass", async () => {
  const world = await jwtWorld(validate(sharedKey));
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.={} \0é";
  await fc.assert(
    fc.asyncProperty(
      fc.nat(good.length - 1),
      fc.nat(8),
      fc.string({ unit: fc.constantFrom(...letters), maxLength: 8 }),
      async (at, removed, inserted) => {
        const changed = good.slice(0, at) + inserted + good.slice(at + removed);
        const { reason, status } = await world.send(changed);
        // The last letter of base64url has bits that mean nothing.
        const [head, payload, signature] = changed.trim().split(".");
        const isSame =
          head === goodHead &&
          payload === goodPayload &&
          Buffer.from(signature ?? "", "base64url").equals(Buffer.from(goodSignature, "base64url"));
        expect([status, reason === null]).toEqual(isSame ? [200, true] : [401, false]);
      },
    ),
    { numRuns: 500, seed: 7 },
  );
});

describe("AsJwt, which trusts nobody either", () => {
  const read = `<set-variable name="sub" value="@(context.Request.Headers.GetValueOrDefault("X", "").AsJwt()?.Subject ?? "none")" />`;
  it.each([
    ["an unending string of escapes", `${base64(`{"${'\\"'.repeat(90_000)}`)}.e30.`],
    ["digits without end", `${base64(`{"a":${"1".repeat(100_000)}x`)}.e30.`],
    ["deep nesting", `e30.${base64(`{"sub":${"[".repeat(50_000)}${"]".repeat(50_000)}}`)}.`],
    ["no UTF-8", `e30.${base64(new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]))}.`],
    ["a megabyte", `e30.${"a".repeat(1_000_000)}.`],
  ])("%s", async (_what, given) => {
    const { status, exchange } = await (await jwtWorld(read)).send({ X: given });
    expect([status, exchange.variables.get("sub")]).toEqual([200, "none"]);
  });

  it("long numbers are read to their last digit", async () => {
    const { exchange } = await (await jwtWorld(read)).send({ X: `e30.${base64(`{"sub":12345678901234567890}`)}.` });
    expect(exchange.variables.get("sub")).toBe("12345678901234567890");
  });
});

describe("nothing secret is said", () => {
  it.each([
    ["a forged token", token("HS256", Buffer.alloc(32, 1), { ssn: "123-45-6789" }), 200, false],
    ["an expired one", signed(`{"exp":1,"ssn":"123-45-6789"}`), 200, true],
    ["one of an unknown key", token("RS256", rsa.privateKey, { ssn: "123-45-6789" }, { kid: "unknown" }), 200, false],
    ["one whose provider is away", token("RS256", rsa.privateKey, { ssn: "123-45-6789" }, { kid: "k1" }), 503, false],
    ["a good one", good, 200, true],
  ])("%s", async (_what, given, status, holds) => {
    const lines: string[] = [];
    const log = (fields: object, message: string): void =>
      void lines.push(
        message,
        JSON.stringify(fields, (_, one: unknown) => (one instanceof Error ? String(one.stack) : one)),
      );
    const policy = validate(sharedKey + decryption + provider);
    const world = await jwtWorld(
      policy,
      (url) => (status === 200 ? published(url) : status),
      {},
      {
        debug: log,
        info: log,
        warn: log,
        error: log,
      },
    );
    const { trace, text, message, headers } = await world.send(given);
    const { recording, ...told } = trace!;
    const said = [text, message ?? "", JSON.stringify(headers), JSON.stringify(told), ...lines].join("\n");
    for (const hidden of [given, given.split(".")[2]!, given.split(".")[1]!, secret, wrap.toString("base64"), "123-45-6789"])
      expect(said).not.toContain(hidden);
    // A recording needs the claims that policies looked at: of tokens whose signature holds.
    const recorded = JSON.stringify(recording);
    for (const hidden of [given, given.split(".")[2]!, secret, wrap.toString("base64")]) expect(recorded).not.toContain(hidden);
    if (!holds) expect(recorded).not.toContain("123-45-6789");
  });
});
