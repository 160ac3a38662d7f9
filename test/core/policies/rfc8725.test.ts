import { createHmac, createSecretKey, publicEncrypt } from "node:crypto";
import { expect, it } from "vitest";
import { encrypted, jwtWorld, pair, secret, start, token } from "./jwt-support.js";

const issuer = "https://login.example/";
const shared = Buffer.from(secret, "base64");
const wrap = Buffer.alloc(32, 9);
const rsa = pair("rsa");
const ec = pair("ec", "ec");
const stranger = pair("stranger");
const base64 = (value: string | Uint8Array): string => Buffer.from(value).toString("base64url");
const world = await jwtWorld(
  `<validate-jwt header-name="Authorization"><openid-config url="${issuer}.well-known/openid-configuration" />
    <issuer-signing-keys><key>${secret}</key></issuer-signing-keys><decryption-keys><key>${wrap.toString("base64")}</key></decryption-keys>
    <audiences><audience>us</audience></audiences></validate-jwt>`,
  (url) => (url.endsWith("/keys") ? { keys: [rsa.jwk, ec.jwk] } : { issuer, jwks_uri: `${issuer}keys` }),
);
const right = { iss: issuer, aud: "us" };
const named = { kid: "rsa" };
const good = token("RS256", rsa.privateKey, right, named);
const [head, payload, signature] = good.split(".") as [string, string, string];
const header = (members: object): string => base64(JSON.stringify(members));
/** A token with the shared key, of bytes as they are. */
function signed(content: Uint8Array): string {
  const text = `${header({ alg: "HS256" })}.${base64(content)}`;
  return `${text}.${createHmac("sha256", shared).update(text).digest("base64url")}`;
}
const claims = JSON.stringify({ ...right, exp: start + 3600 });

/** What RFC 8725 asks of whoever takes tokens, by its sections. */
const table: readonly (readonly [string, () => string | Promise<string>, string | null])[] = [
  ["3.1 a sound token", () => good, null],
  [
    "3.1 an algorithm that is not the key's",
    () => `${header({ alg: "PS256", kid: "rsa" })}.${payload}.${signature}`,
    "TokenSignatureInvalid",
  ],
  [
    "3.1 a public key as a shared one",
    () => token("HS256", rsa.publicKey.export({ type: "spki", format: "pem" }) as Buffer, right, named),
    "TokenSignatureInvalid",
  ],
  ["3.1 a key of another kind", () => token("ES256", ec.privateKey, right, named), "TokenSignatureInvalid"],
  ["3.2 alg none", () => `${header({ alg: "none", kid: "rsa" })}.${payload}.`, "JwtInvalid"],
  ["3.2 alg none in other letters", () => `${header({ alg: "nOnE", kid: "rsa" })}.${payload}.`, "TokenSignatureInvalid"],
  [
    "3.2 RSA with the padding of PKCS#1 1.5 for encryption",
    () =>
      [
        header({ alg: "RSA1_5", enc: "A256GCM" }),
        base64(publicEncrypt(rsa.publicKey, wrap)),
        "AAAAAAAAAAAAAAAA",
        "AAAA",
        "AAAAAAAAAAAAAAAAAAAAAA",
      ].join("."),
    "JwtInvalid",
  ],
  ["3.3 a sound token inside", () => encrypted({ alg: "dir", enc: "A256GCM", cty: "JWT" }, createSecretKey(wrap), good), null],
  [
    "3.3 a token inside whose signature does not hold",
    () =>
      encrypted(
        { alg: "dir", enc: "A256GCM", cty: "JWT" },
        createSecretKey(wrap),
        token("RS256", stranger.privateKey, right, named),
      ),
    "TokenSignatureInvalid",
  ],
  [
    "3.3 claims inside that nobody signed",
    () => encrypted({ alg: "dir", enc: "A256GCM" }, createSecretKey(wrap), claims),
    "JwtInvalid",
  ],
  [
    "3.4 an agreed key with a point that is on no curve",
    () =>
      [
        header({ alg: "ECDH-ES", enc: "A256GCM", epk: { kty: "EC", crv: "P-256", x: base64(wrap), y: base64(wrap) } }),
        "",
        "AAAAAAAAAAAAAAAA",
        "AAAA",
        "AAAAAAAAAAAAAAAAAAAAAA",
      ].join("."),
    "JwtInvalid",
  ],
  ["3.5 a key made of a password", () => token("HS256", Buffer.from("password"), right), "TokenSignatureInvalid"],
  [
    "3.6 much that was compressed",
    () => encrypted({ alg: "dir", enc: "A256GCM", zip: "DEF" }, createSecretKey(wrap), "0".repeat(1_000_000)),
    "JwtInvalid",
  ],
  ["3.7 UTF-8", () => signed(Buffer.from(claims)), null],
  ["3.7 UTF-16", () => signed(Buffer.from(claims, "utf16le")), "JwtInvalid"],
  ["3.7 Latin-1", () => signed(Buffer.from(claims.replace("{", '{"name":"é",'), "latin1")), "JwtInvalid"],
  [
    "3.8 another issuer with the provider's key",
    () => token("RS256", rsa.privateKey, { ...right, iss: "https://evil.example/" }, named),
    "TokenIssuerNotAllowed",
  ],
  ["3.8 no issuer", () => token("RS256", rsa.privateKey, { aud: "us" }, named), "TokenIssuerNotAllowed"],
  ["3.9 another audience", () => token("RS256", rsa.privateKey, { iss: issuer, aud: "them" }, named), "TokenAudienceNotAllowed"],
  ["3.9 no audience", () => token("RS256", rsa.privateKey, { iss: issuer }, named), "TokenAudienceNotAllowed"],
  [
    "3.10 a name of a key that is a path",
    () => token("RS256", stranger.privateKey, right, { kid: "../../../../dev/null" }),
    "TokenSignatureInvalid",
  ],
  [
    "3.10 a name of a key that is a query",
    () => token("RS256", stranger.privateKey, right, { kid: "' OR 1=1 --" }),
    "TokenSignatureInvalid",
  ],
  [
    "3.10 an address of keys",
    () => token("RS256", stranger.privateKey, right, { jku: "https://evil.example/keys" }),
    "TokenSignatureInvalid",
  ],
  [
    "3.10 an address of certificates",
    () => token("RS256", stranger.privateKey, right, { x5u: "http://169.254.169.254/" }),
    "TokenSignatureInvalid",
  ],
  ["3.10 a key of its own", () => token("RS256", stranger.privateKey, right, { jwk: stranger.jwk }), "TokenSignatureInvalid"],
  [
    "3.12 a token of another use, by its audience",
    () => token("RS256", rsa.privateKey, { iss: issuer, aud: ["them", "others"] }, named),
    "TokenAudienceNotAllowed",
  ],
];

it.each(table)("RFC 8725, %s", async (_what, make, reason) => {
  expect((await world.send(await make())).reason).toBe(reason);
  expect(world.calls.filter((url) => !url.startsWith(issuer))).toEqual([]);
});

it("RFC 8725, 3.1: the header and the signature cannot be taken from different tokens", async () => {
  const [otherHead] = token("RS256", rsa.privateKey, right, { ...named, typ: "at+jwt" }).split(".");
  expect((await world.send(`${otherHead}.${payload}.${signature}`)).reason).toBe("TokenSignatureInvalid");
  expect((await world.send(`${head}.${payload}.${signature}`)).reason).toBeNull();
});
