import { describe, expect, it } from "vitest";
import { asOnReference, MOST_TIME } from "../../measure.js";
import { certificate } from "./forge.js";
import { jwtWorld, pair, token } from "./jwt-support.js";

const issuer = "https://login.example/";
const rsa = pair("good");
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64url");

/** An odd number of so many bits. */
function odd(bits: number): Buffer {
  const bytes = Buffer.alloc(Math.ceil(bits / 8), 0xa5);
  bytes[0] = 1 << ((bits - 1) % 8);
  bytes[bytes.length - 1]! |= 1;
  return bytes;
}
const F4 = Buffer.from([1, 0, 1]);
/** Name, bits of modulus and of exponent, and what is right. */
const sizes = [
  ["8,192 bits", odd(8192), F4, true],
  ["an exponent of 64 bits", odd(4096), odd(64), true],
  ["8,193 bits", odd(8193), F4, false],
  ["16,384 bits", odd(16_384), F4, false],
  ["16,384 bits and an exponent of 64", odd(16_384), odd(64), false],
  ["a million bits", odd(1_000_000), F4, false],
  ["an exponent of 65 bits", odd(2048), odd(65), false],
  ["an exponent of 2,048 bits", odd(2048), odd(2048), false],
  ["an exponent of 3,072 bits", odd(3072), odd(3071), false],
] as const;

describe("an RSA key of a provider with", () => {
  it.each(sizes)("%s", async (_what, n, e, isTaken) => {
    const large = { kty: "RSA", kid: "large", n: base64(n), e: base64(e) };
    const world = await jwtWorld(
      `<validate-jwt header-name="Authorization"><openid-config url="${issuer}.well-known/openid-configuration" /></validate-jwt>`,
      (url) => (url.endsWith("/keys") ? { keys: [large, rsa.jwk] } : { issuer, jwks_uri: `${issuer}keys` }),
    );
    expect((await world.send(token("RS256", rsa.privateKey, { iss: issuer }, { kid: "good" }))).reason).toBeNull();
    const [head, payload] = token("RS256", rsa.privateKey, { iss: issuer }, { kid: "large" }).split(".");
    const given = `${head}.${payload}.${base64(Buffer.concat([Buffer.alloc(1), n.subarray(1, 2048)]))}`;
    const costs: number[] = [];
    for (let i = 0; i < 3; i++) {
      const before = process.cpuUsage();
      expect((await world.send(given)).reason).toBe(isTaken ? "TokenSignatureInvalid" : "TokenSignatureKeyNotFound");
      const { user, system } = process.cpuUsage(before);
      costs.push((user + system) / 1000);
    }
    expect(await asOnReference(Math.min(...costs))).toBeLessThan(MOST_TIME);
  });
});

describe("an RSA key of a policy with", () => {
  it.each(sizes)("%s, by modulus and exponent", async (_what, n, e, isTaken) => {
    const made = jwtWorld(
      `<validate-jwt header-name="Authorization"><issuer-signing-keys><key n="${base64(n)}" e="${base64(e)}" /></issuer-signing-keys></validate-jwt>`,
    );
    if (isTaken) await made;
    else await expect(made).rejects.toMatchObject({ diagnostics: [tooLarge] });
  });

  it.each(sizes)("%s, by certificate", async (_what, n, e, isTaken) => {
    const pem = certificate({ subject: "signer", publicKey: { n: n.toString("hex"), e: e.toString("hex") } }).pem;
    const made = jwtWorld(
      `<validate-jwt header-name="Authorization"><issuer-signing-keys><key certificate-id="c" /></issuer-signing-keys></validate-jwt>`,
      () => 404,
      { certificates: { c: { certificate: pem } } },
    );
    if (isTaken) await made;
    else await expect(made).rejects.toMatchObject({ diagnostics: [tooLarge] });
  });
  const tooLarge = expect.objectContaining({
    code: "TP2106",
    severity: "error",
    message: "The RSA key is too large to compute with: it may have 8192 bits, and an exponent of 64.",
  }) as object;
});
