import {
  createCipheriv,
  createHmac,
  createSecretKey,
  generateKeyPairSync,
  type KeyObject,
  publicEncrypt,
  randomBytes,
} from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CertificateWorkshop, certificateWorkshop } from "./certificate-support.js";
import { encrypted, jwtWorld, secret, token } from "./jwt-support.js";

const key16 = Buffer.alloc(16, 1);
const key24 = Buffer.alloc(24, 2);
const key32 = Buffer.alloc(32, 3);
const key48 = Buffer.alloc(48, 4);
const key64 = Buffer.alloc(64, 5);
const inner = token("HS256", Buffer.from(secret, "base64"));
const base64 = (bytes: string | Uint8Array): string => Buffer.from(bytes).toString("base64url");
const bytesOf = (text: string): Buffer => Buffer.from(text, "base64url");
const changed = (part: string): string => (part.startsWith("A") ? "B" : "A") + part.slice(1);

let workshop: CertificateWorkshop;
let world: Awaited<ReturnType<typeof jwtWorld>>;
beforeAll(async () => {
  workshop = certificateWorkshop();
  workshop.rsaRoot("rsa", "/CN=Tokens", 2048);
  workshop.root("elliptic", "/CN=Tokens");
  const keys = [key16, key24, key32, key48, key64].map((key) => `<key>${key.toString("base64")}</key>`);
  world = await jwtWorld(
    `<validate-jwt header-name="Authorization"><issuer-signing-keys><key>${secret}</key></issuer-signing-keys>
      <decryption-keys>${keys.join("")}<key certificate-id="rsa" /><key certificate-id="elliptic" /></decryption-keys></validate-jwt>`,
    () => 404,
    {
      certificates: {
        rsa: { certificate: workshop.pem("rsa"), key: workshop.key("rsa") },
        elliptic: { certificate: workshop.pem("elliptic"), key: workshop.key("elliptic") },
      },
    },
  );
});
afterAll(() => workshop.dispose());

const passes = async (text: string): Promise<boolean> => {
  const { reason } = await world.send(text);
  if (reason !== null) expect(reason).toBe("JwtInvalid");
  return reason === null;
};

interface Kind {
  readonly alg: string;
  readonly enc: string;
  readonly zip?: string;
  readonly key: () => KeyObject;
}
const shared = (bytes: Uint8Array) => () => createSecretKey(bytes);
const certified = () => workshop.publicKey("rsa");
const kinds: readonly Kind[] = [
  { alg: "dir", enc: "A128GCM", key: shared(key16) },
  { alg: "dir", enc: "A192GCM", key: shared(key24) },
  { alg: "dir", enc: "A256GCM", key: shared(key32) },
  { alg: "dir", enc: "A128CBC-HS256", key: shared(key32) },
  { alg: "dir", enc: "A192CBC-HS384", key: shared(key48) },
  { alg: "dir", enc: "A256CBC-HS512", key: shared(key64) },
  { alg: "A128KW", enc: "A128GCM", key: shared(key16) },
  { alg: "A192KW", enc: "A192GCM", key: shared(key24) },
  { alg: "A256KW", enc: "A256CBC-HS512", key: shared(key32) },
  { alg: "A128KW", enc: "A128GCM", zip: "DEF", key: shared(key16) },
  { alg: "RSA-OAEP", enc: "A128CBC-HS256", key: certified },
  { alg: "RSA-OAEP-256", enc: "A256GCM", key: certified },
];

describe.each(kinds)("a token encrypted with $alg and $enc $zip", ({ alg, enc, zip, key }) => {
  const header = { alg, enc, ...(zip === undefined ? {} : { zip }) };
  const cut = (part: string, bytes: number): string => base64(bytesOf(part).subarray(0, -bytes));
  const grown = (part: string, bytes: number): string => base64(Buffer.concat([bytesOf(part), Buffer.alloc(bytes)]));
  type Parts = readonly [string, string, string, string, string];
  const HEADER = 0;
  const KEY = 1;
  const IV = 2;
  const CONTENT = 3;
  const TAG = 4;
  const put = (index: number, change: (part: string) => string) => (parts: Parts) =>
    parts.map((part, i) => (i === index ? change(part) : part)).join(".");

  it("passes as it is", async () => {
    expect(await passes(await encrypted(header, key(), inner))).toBe(true);
  });

  it.each([
    ["a modified tag", put(TAG, changed)],
    [
      "a tag that is modified at its end",
      put(TAG, (tag) => base64(bytesOf(tag).map((byte, i, all) => (i + 1 === all.length ? byte ^ 1 : byte)))),
    ],
    ["a tag with another text", put(TAG, (tag) => tag.slice(0, -1) + String.fromCharCode(tag.charCodeAt(tag.length - 1) + 1))],
    ["a tag that is too long", put(TAG, (tag) => grown(tag, 4))],
    ["a tag without its last byte", put(TAG, (tag) => cut(tag, 1))],
    ["a tag without its last four bytes", put(TAG, (tag) => cut(tag, 4))],
    ["a tag without its last eight bytes", put(TAG, (tag) => cut(tag, 8))],
    ["a tag of four bytes", put(TAG, (tag) => base64(bytesOf(tag).subarray(0, 4)))],
    ["an empty tag", put(TAG, () => "")],
    ["no tag and no dot", (parts: Parts) => parts.slice(0, 4).join(".")],
    ["modified content", put(CONTENT, changed)],
    ["content without its last byte", put(CONTENT, (content) => cut(content, 1))],
    ["content without its last block", put(CONTENT, (content) => cut(content, 16))],
    ["content with another block", put(CONTENT, (content) => grown(content, 16))],
    ["no content", put(CONTENT, () => "")],
    ["a modified IV", put(IV, changed)],
    ["an IV without its last byte", put(IV, (iv) => cut(iv, 1))],
    ["an IV that is too long", put(IV, (iv) => grown(iv, 4))],
    ["no IV", put(IV, () => "")],
    ["a key where there was none, or a modified one", put(KEY, (part) => (part === "" ? "AAAA" : changed(part)))],
    ["a key that is too long", put(KEY, (part) => grown(part, 8))],
    ["a key of zeros", put(KEY, () => base64(Buffer.alloc(40)))],
    ["a modified header", put(HEADER, () => base64(JSON.stringify({ ...header, kid: "k" })))],
    ["no header", put(HEADER, () => "")],
    ["critical members", put(HEADER, () => base64(JSON.stringify({ ...header, crit: ["exp"], exp: 1 })))],
    ["padding", put(TAG, (tag) => `${tag}==`)],
    ["a blank", put(CONTENT, (content) => `${content.slice(0, 8)} ${content.slice(8)}`)],
    ["a letter that is not base64url", put(CONTENT, (content) => `${content}+`)],
    ["another part", (parts: Parts) => [...parts, "AAAA"].join(".")],
    ["an empty part more", (parts: Parts) => [...parts, ""].join(".")],
    [
      "JSON serialization",
      ([head, encryptedKey, iv, ciphertext, tag]: Parts) =>
        JSON.stringify({ protected: head, encrypted_key: encryptedKey, iv, ciphertext, tag }),
    ],
  ])("is refused with %s", async (_what, change) => {
    const parts = (await encrypted(header, key(), inner)).split(".") as unknown as Parts;
    expect(await passes(change(parts))).toBe(false);
  });

  it("is refused under the names of other algorithms", async () => {
    const parts = (await encrypted(header, key(), inner)).split(".") as unknown as Parts;
    for (const other of kinds) {
      if (other.alg === alg && other.enc === enc && other.zip === zip) continue;
      const renamed = put(HEADER, () => base64(JSON.stringify({ alg: other.alg, enc: other.enc, zip: other.zip })))(parts);
      expect(await passes(renamed)).toBe(false);
    }
  });
});

describe("what is no key, or no way to give one, here", () => {
  const gcm = (header: object, key: Uint8Array, encryptedKey: Uint8Array): string => {
    const head = base64(JSON.stringify(header));
    const iv = randomBytes(12);
    const cipher = createCipheriv("aes-256-gcm", key, iv).setAAD(Buffer.from(head));
    const content = Buffer.concat([cipher.update(inner), cipher.final()]);
    return [head, base64(encryptedKey), base64(iv), base64(content), base64(cipher.getAuthTag())].join(".");
  };
  const toRsa = (padding: number, content: Uint8Array): Buffer =>
    publicEncrypt({ key: workshop.publicKey("rsa"), padding }, content);
  const PKCS1 = 1;
  const OAEP = 4;

  it("a token made by hand passes if it is sound", async () => {
    expect(await passes(gcm({ alg: "dir", enc: "A256GCM" }, key32, Buffer.alloc(0)))).toBe(true);
    expect(
      await passes(gcm({ alg: "RSA-OAEP", enc: "A256GCM" }, key64.subarray(0, 32), toRsa(OAEP, key64.subarray(0, 32)))),
    ).toBe(true);
  });

  it.each([
    ["RSA with the old padding", () => gcm({ alg: "RSA1_5", enc: "A256GCM" }, key32, toRsa(PKCS1, key32))],
    ["the old padding called OAEP", () => gcm({ alg: "RSA-OAEP", enc: "A256GCM" }, key32, toRsa(PKCS1, key32))],
    ["a content key of another length", () => gcm({ alg: "RSA-OAEP", enc: "A128GCM" }, key32, toRsa(OAEP, key32))],
    ["an empty content key", () => gcm({ alg: "RSA-OAEP", enc: "A256GCM" }, key32, toRsa(OAEP, Buffer.alloc(0)))],
    ["a public key as shared secret", () => gcm({ alg: "dir", enc: "A256GCM" }, digestOf(workshop.pem("rsa")), Buffer.alloc(0))],
    ["an encrypted key beside a direct one", () => gcm({ alg: "dir", enc: "A256GCM" }, key32, key16)],
    ["no content algorithm", () => gcm({ alg: "dir" }, key32, Buffer.alloc(0))],
    ["a content algorithm that is a list", () => gcm({ alg: "dir", enc: ["A256GCM"] }, key32, Buffer.alloc(0))],
    ["an algorithm in other letters", () => gcm({ alg: "DIR", enc: "A256GCM" }, key32, Buffer.alloc(0))],
    ["a content algorithm in other letters", () => gcm({ alg: "dir", enc: "a256gcm" }, key32, Buffer.alloc(0))],
    ["compression that is none", () => gcm({ alg: "dir", enc: "A256GCM", zip: "DEF" }, key32, Buffer.alloc(0))],
    ["a signature's algorithm", () => gcm({ alg: "HS256", enc: "A256GCM" }, key32, Buffer.alloc(0))],
    ["alg none", () => gcm({ alg: "none", enc: "A256GCM" }, key32, Buffer.alloc(0))],
    [
      "AES-GCM key wrapping",
      () => gcm({ alg: "A256GCMKW", enc: "A256GCM", iv: "AAAAAAAAAAAAAAAA", tag: "AAAAAAAAAAAAAAAAAAAAAA" }, key32, key32),
    ],
    [
      "a key by password",
      () => gcm({ alg: "PBES2-HS256+A128KW", enc: "A256GCM", p2c: 1000, p2s: "AAAAAAAAAAAAAAAAAAAAAA" }, key32, key32),
    ],
  ])("%s", async (_what, make) => {
    expect(await passes(make())).toBe(false);
  });

  it.each([
    [
      "a point of the curve",
      (): object => generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey.export({ format: "jwk" }),
    ],
    [
      "a point that is not on the curve",
      () => ({ kty: "EC", crv: "P-256", x: base64(Buffer.alloc(32, 1)), y: base64(Buffer.alloc(32, 1)) }),
    ],
    ["the point at infinity", () => ({ kty: "EC", crv: "P-256", x: base64(Buffer.alloc(32)), y: base64(Buffer.alloc(32)) })],
    [
      "a point of another curve",
      (): object => generateKeyPairSync("ec", { namedCurve: "P-384" }).publicKey.export({ format: "jwk" }),
    ],
    ["a point of small order", () => ({ kty: "OKP", crv: "X25519", x: base64(Buffer.alloc(32)) })],
    ["no point", () => undefined],
    ["a private key", (): object => generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ format: "jwk" })],
  ])("an agreed key (ECDH-ES) with %s", async (_what, point) => {
    for (const alg of ["ECDH-ES", "ECDH-ES+A128KW", "ECDH-ES+A256KW"])
      expect(await passes(gcm({ alg, enc: "A256GCM", epk: point(), apu: "", apv: "" }, key32, key16))).toBe(false);
  });

  it("a content key that another one unwraps", async () => {
    for (const [alg, key] of [
      ["A128KW", key32],
      ["A256KW", key16],
      ["A192KW", key32],
    ] as const)
      expect(await passes(gcm({ alg, enc: "A256GCM" }, key32, key))).toBe(false);
  });
});

function digestOf(text: string): Buffer {
  return createHmac("sha256", text).digest();
}
