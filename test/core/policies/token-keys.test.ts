import { createHash, createSecretKey } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CertificateWorkshop, certificateWorkshop } from "./certificate-support.js";
import { encrypted, jwtWorld, type Pair, pair, secret, start, token } from "./jwt-support.js";
import { findings } from "./support.js";

const validate = (inner: string): string => `<validate-jwt header-name="Authorization">${inner}</validate-jwt>`;
const signing = (keys: string): string => `<issuer-signing-keys>${keys}</issuer-signing-keys>`;
const discovery = validate(`<openid-config url="https://login.example/.well-known/openid-configuration" />`);
const issuer = "https://login.example/";

describe("signatures by a provider's keys", () => {
  const pairs: Record<string, Pair> = {
    rsa: pair("rsa"),
    "P-256": pair("P-256", "ec"),
    "P-384": pair("P-384", "P-384"),
    "P-521": pair("P-521", "P-521"),
    ed25519: pair("ed25519", "ed25519"),
  };
  const answers = (url: string): object =>
    url.endsWith("/keys") ? { keys: Object.values(pairs).map((pair) => pair.jwk) } : { issuer, jwks_uri: `${issuer}keys` };
  const given = (alg: string, kind: string): string =>
    token(alg, pairs[kind]!.privateKey, { iss: issuer }, { kid: pairs[kind]!.kid });

  it.each([
    ["RS256", "rsa"],
    ["RS512", "rsa"],
    ["PS256", "rsa"],
    ["ES256", "P-256"],
  ])("%s is accepted", async (alg, kind) => {
    expect((await (await jwtWorld(discovery, answers)).send(given(alg, kind))).reason).toBeNull();
  });

  it.each([
    ["RS384", "rsa"],
    ["PS384", "rsa"],
    ["PS512", "rsa"],
    ["ES384", "P-384"],
    ["ES512", "P-521"],
    ["EdDSA", "ed25519"],
  ] as const)("%s is accepted if the configuration says so, and only it", async (alg, kind) => {
    const world = await jwtWorld(discovery, answers, { tokens: { algorithms: [alg] } });
    expect((await world.send(given(alg, kind))).reason).toBeNull();
    const { reason, message } = await (await jwtWorld(discovery, answers)).send(given(alg, kind));
    expect([reason, message]).toEqual([
      "TokenSignatureInvalid",
      `IDX10511: Signature validation failed. The algorithm '${alg}' is not accepted. Access denied.`,
    ]);
    const another = alg === "EdDSA" ? given("ES384", "P-384") : given("EdDSA", "ed25519");
    expect((await world.send(another)).reason).toBe("TokenSignatureInvalid");
  });

  it.each(["A(QAB", "AQAB ", "AQ.AB", "AQAB===="])("a key whose exponent is written %j is none", async (e) => {
    const jwk = { ...pairs["rsa"]!.jwk, e };
    const world = await jwtWorld(discovery, (url: string) =>
      url.endsWith("/keys") ? { keys: [jwk] } : { issuer, jwks_uri: `${issuer}keys` },
    );
    expect((await world.send(given("RS256", "rsa"))).reason).toBe("TokenSignatureKeyNotFound");
  });

  it("Ed25519 is another name for EdDSA", async () => {
    const world = await jwtWorld(discovery, answers, { tokens: { algorithms: ["EdDSA"] } });
    expect((await world.send(given("Ed25519", "ed25519"))).reason).toBeNull();
  });

  it.each([
    ["ES256", "P-384"],
    ["RS256", "P-256"],
    ["ES256", "rsa"],
    ["HS256", "rsa"],
    ["EdDSA", "rsa"],
  ])("%s with a key of the kind %s is refused", async (alg, kind) => {
    const key = pairs[kind]!;
    const all = { tokens: { algorithms: ["RS384", "PS384", "PS512", "ES384", "ES512", "EdDSA"] as const } };
    const world = await jwtWorld(discovery, answers, all);
    const rightfully = kind === "rsa" ? "RS256" : kind === "P-256" ? "ES256" : "ES384";
    const [, payload, signature] = token(rightfully, key.privateKey, { iss: issuer }, { kid: key.kid }).split(".");
    const header = Buffer.from(JSON.stringify({ alg, kid: key.kid })).toString("base64url");
    expect((await world.send(`${header}.${payload}.${signature}`)).reason).toBe("TokenSignatureInvalid");
  });

  it("a key that is for one algorithm verifies no other", async () => {
    const world = await jwtWorld(discovery, (url) =>
      url.endsWith("/keys") ? { keys: [{ ...pairs["rsa"]!.jwk, alg: "RS256" }] } : { issuer, jwks_uri: `${issuer}keys` },
    );
    expect([(await world.send(given("RS256", "rsa"))).reason, (await world.send(given("PS256", "rsa"))).reason]).toEqual([
      null,
      "TokenSignatureInvalid",
    ]);
  });

  it("keys for encryption, shared keys and what is no key are left out of a set", async () => {
    const { rsa } = pairs as { rsa: Pair };
    const odd = [null, 5, {}, { kty: "RSA" }, { kty: "oct", k: "AAAA", kid: "shared" }, { ...rsa.jwk, kid: "enc", use: "enc" }];
    const world = await jwtWorld(discovery, (url) =>
      url.endsWith("/keys") ? { keys: [...odd, rsa.jwk] } : { issuer, jwks_uri: `${issuer}keys` },
    );
    expect((await world.send(given("RS256", "rsa"))).reason).toBeNull();
    expect((await world.send(token("RS256", rsa.privateKey, { iss: issuer }, { kid: "enc" }))).reason).toBe(
      "TokenSignatureKeyNotFound",
    );
    expect((await world.send(token("HS256", Buffer.alloc(3), { iss: issuer }, { kid: "shared" }))).reason).toBe(
      "TokenSignatureKeyNotFound",
    );
  });
});

describe("shared keys", () => {
  it.each(["HS256", "HS384", "HS512"])("%s", async (alg) => {
    const world = await jwtWorld(validate(signing(`<key>${secret}</key>`)));
    expect((await world.send(token(alg, Buffer.from(secret, "base64")))).reason).toBeNull();
  });

  it("that are short are warned about and verify all the same", async () => {
    const short = Buffer.from("short");
    const policy = validate(signing(`<key>${short.toString("base64")}</key>`));
    expect(findings(policy)).toEqual(["warning TP2106"]);
    expect((await (await jwtWorld(policy)).send(token("HS256", short))).reason).toBeNull();
  });

  it("may be written base64url, and over several lines", async () => {
    const bytes = Buffer.alloc(64, 0xfb);
    for (const text of [bytes.toString("base64url"), bytes.toString("base64").replace(/.{20}/g, "$&\n   ")])
      expect((await (await jwtWorld(validate(signing(`<key>${text}</key>`)))).send(token("HS256", bytes))).reason).toBeNull();
  });

  it("come from named values", async () => {
    const world = await jwtWorld(validate(signing("<key>{{signing-key}}</key>")), () => 404, {
      namedValues: { "signing-key": { secret: true, value: secret } },
    });
    expect((await world.send(token("HS256", Buffer.from(secret, "base64")))).reason).toBeNull();
  });
});

describe("keys of certificates", () => {
  let workshop: CertificateWorkshop;
  const rsa = pair("r");
  beforeAll(() => {
    workshop = certificateWorkshop();
    workshop.rsaRoot("rsa", "/CN=Token signer", 2048);
    workshop.rsaRoot("weak", "/CN=Weak", 1024);
    workshop.root("elliptic", "/CN=Elliptic signer");
  });
  afterAll(() => workshop.dispose());
  const inPem = (name: string) => ({ certificate: workshop.pem(name), key: workshop.key(name) });
  const inPfx = (name: string) => ({ pfx: workshop.pfx(name, "pass").toString("base64"), password: "pass" });

  it.each([
    ["RS256", "rsa"],
    ["ES256", "elliptic"],
  ])("verify %s", async (alg, name) => {
    const world = await jwtWorld(validate(signing(`<key certificate-id="c" />`)), () => 404, {
      certificates: { c: { certificate: workshop.pem(name) } },
    });
    expect((await world.send(token(alg, workshop.keyObject(name)))).reason).toBeNull();
    expect((await world.send(token("RS256", rsa.privateKey))).reason).toBe("TokenSignatureInvalid");
  });

  it("that are short are warned about: they verify no token", async () => {
    const world = await jwtWorld(validate(signing(`<key certificate-id="c" />`)), () => 404, {
      certificates: { c: { certificate: workshop.pem("weak") } },
    });
    expect(world.gateway.diagnostics.map((finding) => `${finding.severity} ${finding.code}`)).toEqual(["warning TP2106"]);
    expect((await world.send(token("RS256", workshop.keyObject("weak")))).reason).toBe("TokenSignatureInvalid");
  });

  it.each([
    ["PEM", inPem],
    ["PKCS#12", inPfx],
  ])("decrypt tokens: %s", async (_what, as) => {
    const policy = (element: string) =>
      `<${element}>${signing(`<key>${secret}</key>`)}<decryption-keys><key certificate-id="c" /></decryption-keys></validate-jwt>`;
    const world = await jwtWorld(policy(`validate-jwt header-name="Authorization"`), () => 404, {
      certificates: { c: as("rsa") },
    });
    const inner = token("HS256", Buffer.from(secret, "base64"));
    for (const alg of ["RSA-OAEP", "RSA-OAEP-256"])
      expect((await world.send(await encrypted({ alg, enc: "A256GCM" }, workshop.publicKey("rsa"), inner))).reason).toBeNull();
    const stranger = await encrypted({ alg: "RSA-OAEP", enc: "A256GCM" }, pair("other").publicKey, inner);
    expect((await world.send(stranger)).reason).toBe("JwtInvalid");
  });

  it("without a private key cannot decrypt: an error at load", async () => {
    const policy = validate(`<decryption-keys><key certificate-id="c" /></decryption-keys>`);
    await expect(
      jwtWorld(policy, () => 404, { certificates: { c: { certificate: workshop.pem("rsa") } } }),
    ).rejects.toMatchObject({
      diagnostics: [expect.objectContaining({ code: "TP2106", severity: "error" })],
    });
  });
});

describe("encrypted tokens", () => {
  const wrap = createHash("sha256").update("wrap").digest();
  const long = Buffer.concat([wrap, wrap]);
  const policy = (attributes = "") =>
    `<validate-jwt header-name="Authorization" ${attributes}>${signing(`<key>${secret}</key>`)}<decryption-keys>
      <key>${long.toString("base64")}</key><key>${wrap.toString("base64")}</key></decryption-keys></validate-jwt>`;
  const inner = token("HS256", Buffer.from(secret, "base64"), { sub: "ann" });

  it.each([
    [{ alg: "dir", enc: "A256GCM" }, wrap],
    [{ alg: "dir", enc: "A128CBC-HS256" }, wrap],
    [{ alg: "dir", enc: "A256CBC-HS512" }, long],
    [{ alg: "A256KW", enc: "A128CBC-HS256" }, wrap],
    [{ alg: "A256KW", enc: "A256GCM", zip: "DEF" }, wrap],
  ])("%j", async (header, key) => {
    const world = await jwtWorld(policy(`output-token-variable-name="jwt"`));
    const { reason, exchange } = await world.send(await encrypted(header, createSecretKey(key), inner));
    expect([reason, exchange.variables.has("jwt")]).toEqual([null, true]);
  });

  it.each([
    [{ alg: "A256GCMKW", enc: "A256GCM" }, wrap],
    [{ alg: "dir", enc: "A256GCM" }, createHash("sha256").update("another").digest()],
  ])("%j is refused", async (header, key) => {
    const { reason } = await (await jwtWorld(policy())).send(await encrypted(header, createSecretKey(key), inner));
    expect(reason).toBe("JwtInvalid");
  });

  it("with bare claims inside pass where no signature is needed", async () => {
    const bare = await encrypted({ alg: "dir", enc: "A256GCM" }, createSecretKey(wrap), JSON.stringify({ exp: start + 9 }));
    expect((await (await jwtWorld(policy(`require-signed-tokens="false"`))).send(bare)).reason).toBeNull();
    expect((await (await jwtWorld(policy())).send(bare)).reason).toBe("JwtInvalid");
  });
});
