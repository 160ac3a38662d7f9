import { constants, createHash, privateEncrypt, sign } from "node:crypto";
import { describe, expect, it } from "vitest";
import { jwtWorld, type Pair, pair, secret, start, token } from "./jwt-support.js";

const issuer = "https://login.example/";
const shared = Buffer.from(secret, "base64");
const rsa = pair("rsa");
const ec = pair("ec", "ec");
const p384 = pair("p384", "P-384");
const policy = `<validate-jwt header-name="Authorization"><openid-config url="${issuer}.well-known/openid-configuration" />
  <issuer-signing-keys><key id="shared">${secret}</key></issuer-signing-keys><issuers><issuer>${issuer}</issuer></issuers></validate-jwt>`;
const answers = (url: string): object =>
  url.endsWith("/keys") ? { keys: [rsa.jwk, ec.jwk, p384.jwk] } : { issuer, jwks_uri: `${issuer}keys` };
const tokens = { algorithms: ["RS384", "PS512", "ES384", "EdDSA"] } as const;
const world = await jwtWorld(policy, answers, { tokens });

const base64 = (bytes: string | Uint8Array): string => Buffer.from(bytes).toString("base64url");
const bytesOf = (text: string): Buffer => Buffer.from(text, "base64url");
const KEYS: Readonly<Record<string, Pair | null>> = { HS256: null, RS256: rsa, PS256: rsa, ES256: ec };
const valid = (alg: string): string =>
  token(alg, KEYS[alg]?.privateKey ?? shared, { iss: issuer }, { kid: KEYS[alg]?.kid ?? "shared" });
const REFUSED = /^(JwtInvalid|Token(NotPresent|SignatureInvalid|SignatureKeyNotFound))$/;
const passes = async (text: string): Promise<boolean> => {
  const { reason } = await world.send(text);
  if (reason !== null) expect(reason).toMatch(REFUSED);
  return reason === null;
};
/** Another first letter, so that the bytes differ. */
const changed = (part: string): string => (part.startsWith("A") ? "B" : "A") + part.slice(1);
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/** The same bytes for a decoder that does not look at the bits that stand for nothing; null if the part has no such bits. */
const otherText = (part: string): string | null =>
  part.length % 4 === 0 ? null : part.slice(0, -1) + LETTERS[LETTERS.indexOf(part.at(-1)!) + 1]!;

describe.each(Object.keys(KEYS))("a token signed with %s", (alg) => {
  const text = valid(alg);
  const [head, payload, signature] = text.split(".") as [string, string, string];
  const headOf = (members: object): string => base64(JSON.stringify({ alg, kid: KEYS[alg]?.kid ?? "shared", ...members }));

  it("passes as it is", async () => {
    expect(await passes(text)).toBe(true);
  });

  it.each([
    ["modified signature", `${head}.${payload}.${changed(signature)}`],
    ["no signature", `${head}.${payload}.`],
    ["no signature and no dot", `${head}.${payload}`],
    ["modified payload", `${head}.${base64(JSON.stringify({ iss: issuer, exp: start + 3601 }))}.${signature}`],
    ["no payload", `${head}..${signature}`],
    ["no payload and no dot", `${head}.${signature}`],
    ["modified header", `${headOf({ typ: "jwt" })}.${payload}.${signature}`],
    ["no header", `.${payload}.${signature}`],
    ["no header and no dot", `${payload}.${signature}`],
    ["payload alone", `.${payload}.`],
    ["an empty part more", `${text}.`],
    ["a part more", `${text}.AAAA`],
    ["two empty parts more", `${text}..`],
    ["alg none and its signature", `${headOf({ alg: "none" })}.${payload}.${signature}`],
    ["alg none without signature", `${headOf({ alg: "none" })}.${payload}.`],
    ["JSON serialization", JSON.stringify({ payload, signatures: [{ protected: head, signature }] })],
    ["flattened JSON serialization", JSON.stringify({ payload, protected: head, signature })],
    ["another text of the same signature", `${head}.${payload}.${otherText(signature)}`],
    ["another text of the same payload", `${head}.${otherText(`${payload}`) ?? changed(payload)}.${signature}`],
    ["padding of the signature", `${text}=`],
    ["padding of the payload", `${head}.${payload}=.${signature}`],
    ["padding of the header", `${head}=.${payload}.${signature}`],
    ["a blank in the signature", `${head}.${payload}.${signature.slice(0, 9)} ${signature.slice(9)}`],
    ["a line break in the payload", `${head}.${payload.slice(0, 4)}\n${payload.slice(4)}.${signature}`],
    ["a tab behind the header", `${head}\t.${payload}.${signature}`],
    ["a letter of base64 without url", `${head}.${payload}.+${signature.slice(1)}`],
    ["another letter of base64 without url", `${head}.${payload}./${signature.slice(1)}`],
    ["a letter beyond ASCII", `${head}.${payload}.\u0141${signature.slice(1)}`],
    ["a letter that decoders skip", `${head}.${payload}.${signature}*`],
    ["a percent sign", `${head}.${payload}.${signature}%3D`],
    ["one letter more", `${text}A`],
    ["critical members", `${headOf({ crit: ["exp"] })}.${payload}.${signature}`],
  ])("is refused with: %s", async (_what, given) => {
    expect(await passes(given)).toBe(false);
  });

  it("has one text for every bit that stands for nothing, in all parts", async () => {
    let tried = 0;
    for (const pad of ["", "x", "xx"]) {
      const given = token(alg, KEYS[alg]?.privateKey ?? shared, { iss: issuer, pad }, { kid: KEYS[alg]?.kid ?? "shared", pad });
      const parts = given.split(".");
      for (const index of [0, 1, 2]) {
        const other = otherText(parts[index]!);
        if (other === null) continue;
        tried++;
        expect(bytesOf(other)).toEqual(bytesOf(parts[index]!));
        expect(await passes(parts.map((part, i) => (i === index ? other : part)).join("."))).toBe(false);
      }
      expect(await passes(given)).toBe(true);
    }
    expect(tried).toBeGreaterThan(3);
  });

  it("with critical members that are signed is refused", async () => {
    for (const members of [{ crit: ["exp"], exp: 1 }, { crit: [] }, { crit: ["b64"], b64: false }, { b64: true }])
      expect(
        await passes(
          token(alg, KEYS[alg]?.privateKey ?? shared, { iss: issuer }, { kid: KEYS[alg]?.kid ?? "shared", ...members }),
        ),
      ).toBe(false);
  });

  it("does not hold under another algorithm", async () => {
    for (const other of ["HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS512", "ES256", "ES384", "EdDSA"])
      if (other !== alg)
        expect([other, await passes(`${headOf({ alg: other })}.${payload}.${signature}`)]).toEqual([other, false]);
  });
});

describe("signatures with a curve", () => {
  const [head, payload] = valid("ES256").split(".") as [string, string];
  const text = `${head}.${payload}`;
  const order = BigInt("0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
  const number = (value: bigint, length = 32): Buffer => Buffer.from(value.toString(16).padStart(length * 2, "0"), "hex");
  const bytes = sign("sha256", Buffer.from(text), { key: ec.privateKey, dsaEncoding: "ieee-p1363" });
  const [r, s] = [bytes.subarray(0, 32), bytes.subarray(32)];
  const der = sign("sha256", Buffer.from(text), ec.privateKey);
  const zero = Buffer.alloc(32);
  const join = (...parts: readonly Uint8Array[]): Buffer => Buffer.concat(parts);

  it("pass as they are", async () => {
    expect(await passes(`${text}.${base64(bytes)}`)).toBe(true);
  });

  it.each([
    ["zeros", join(zero, zero)],
    ["r of zero", join(zero, s)],
    ["s of zero", join(r, zero)],
    ["the order twice", join(number(order), number(order))],
    ["r of the order", join(number(order), s)],
    ["s of the order", join(r, number(order))],
    ["r of one and s of one", join(number(1n), number(1n))],
    ["r of the order and one", join(number(order + 1n), s)],
    ["r of the order less one, s of one", join(number(order - 1n), number(1n))],
    ["all ones", Buffer.alloc(64, 0xff)],
    ["r and s exchanged", join(s, r)],
    ["DER in place of two numbers", der],
    ["no first byte", bytes.subarray(1)],
    ["no last byte", bytes.subarray(0, 63)],
    ["a zero before", join(zero.subarray(0, 1), bytes)],
    ["a zero behind", join(bytes, zero.subarray(0, 1))],
    ["zeros before both numbers", join(zero.subarray(0, 1), r, zero.subarray(0, 1), s)],
    ["the length of another curve", join(zero.subarray(0, 16), r, zero.subarray(0, 16), s)],
    ["only r", r],
    ["the signature twice", join(bytes, bytes)],
    ["a kilobyte", Buffer.alloc(1024, 1)],
  ])("are refused: %s", async (_what, given) => {
    expect(await passes(`${text}.${base64(given)}`)).toBe(false);
  });

  it("without the zeros that they begin with are refused", async () => {
    // One of 128 begins with a zero byte in r or s.
    for (let i = 0; ; i++) {
      const given = token("ES256", ec.privateKey, { iss: issuer, i }, { kid: "ec" });
      const found = bytesOf(given.split(".")[2]!);
      if (found[0] !== 0) continue;
      expect(await passes(given)).toBe(true);
      expect(await passes(`${given.slice(0, given.lastIndexOf("."))}.${base64(found.subarray(1))}`)).toBe(false);
      break;
    }
  });

  it.each([
    ["a point that is not on the curve", { x: base64(number(1n)), y: base64(number(1n)) }],
    ["the point at infinity", { x: base64(zero), y: base64(zero) }],
    ["coordinates beyond the field", { x: base64(Buffer.alloc(32, 0xff)), y: base64(Buffer.alloc(32, 0xff)) }],
    ["the other curve's name", { crv: "P-384" }],
    ["no y", { y: undefined }],
    ["a curve that is not for tokens", { crv: "secp256k1" }],
    ["a curve that nobody knows", { crv: "P-1" }],
  ])("of a key with %s are refused, and its set stays usable", async (_what, members) => {
    const odd = { ...ec.jwk, ...members };
    const other = await jwtWorld(
      policy,
      (url) => (url.endsWith("/keys") ? { keys: [odd, rsa.jwk] } : { issuer, jwks_uri: `${issuer}keys` }),
      { tokens },
    );
    expect((await other.send(valid("ES256"))).reason).toMatch(REFUSED);
    expect((await other.send(valid("RS256"))).reason).toBeNull();
  });
});

describe("signatures with RSA", () => {
  const [head, payload] = valid("RS256").split(".") as [string, string];
  const text = `${head}.${payload}`;
  const good = sign("sha256", Buffer.from(text), rsa.privateKey);
  const modulus = BigInt(`0x${bytesOf((rsa.jwk as { n: string }).n).toString("hex")}`);
  const hash = createHash("sha256").update(text).digest();
  const info = Buffer.from("3031300d060960864801650304020105000420", "hex");
  const withoutNull = Buffer.from("302f300b06096086480165030402010420", "hex");
  const sha1Info = Buffer.from("3021300906052b0e03021a05000414", "hex");
  /** A signature of a block as it is. */
  const ofBlock = (...parts: readonly (Uint8Array | string)[]): Buffer =>
    privateEncrypt(
      { key: rsa.privateKey, padding: constants.RSA_NO_PADDING },
      Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part, "hex") : part))),
    );
  const ones = (count: number): Buffer => Buffer.alloc(count, 0xff);

  it("pass as they are, also when the block is made by hand", async () => {
    expect(await passes(`${text}.${base64(good)}`)).toBe(true);
    expect(await passes(`${text}.${base64(ofBlock("0001", ones(202), "00", info, hash))}`)).toBe(true);
  });

  it.each([
    ["another kind of block", () => ofBlock("0002", ones(202), "00", info, hash)],
    ["a block of kind zero", () => ofBlock("0000", ones(202), "00", info, hash)],
    ["short padding and rubbish behind", () => ofBlock("0001", ones(8), "00", info, hash, Buffer.alloc(194))],
    ["no padding", () => ofBlock("000100", info, hash, Buffer.alloc(202))],
    ["padding that is not all ones", () => ofBlock("0001", ones(201), "fe00", info, hash)],
    ["padding with a zero in it", () => ofBlock("0001", ones(100), "00", ones(101), "00", info, hash)],
    ["no end of the padding", () => ofBlock("0001", ones(203), info, hash)],
    ["no parameters of the hash", () => ofBlock("0001", ones(204), "00", withoutNull, hash)],
    ["another hash", () => ofBlock("0001", ones(218), "00", sha1Info, hash.subarray(0, 20))],
    ["the hash without its name", () => ofBlock("0001", ones(221), "00", hash)],
    ["a byte behind the hash", () => ofBlock("0001", ones(201), "00", info, hash, "00")],
    ["a length in the long form", () => ofBlock("0001", ones(201), "00308131300d060960864801650304020105000420", hash)],
    ["zero", () => Buffer.alloc(256)],
    ["one", () => Buffer.concat([Buffer.alloc(255), Buffer.from([1])])],
    ["the modulus", () => bytesOf((rsa.jwk as { n: string }).n)],
    ["all ones", () => ones(256)],
    [
      "the modulus more",
      () => Buffer.from((BigInt(`0x${good.toString("hex")}`) + modulus).toString(16).padStart(514, "0"), "hex"),
    ],
    ["a zero before", () => Buffer.concat([Buffer.alloc(1), good])],
    ["a zero behind", () => Buffer.concat([good, Buffer.alloc(1)])],
    ["no first byte", () => good.subarray(1)],
    ["no last byte", () => good.subarray(0, 255)],
    ["that of SHA-512", () => sign("sha512", Buffer.from(text), rsa.privateKey)],
    ["that of SHA-1", () => sign("sha1", Buffer.from(text), rsa.privateKey)],
    ["that of PSS", () => pss(text, 32)],
  ])("are refused: %s", async (_what, make) => {
    expect(await passes(`${text}.${base64(make())}`)).toBe(false);
  });

  it.each([0, 1, 20, 31, 33, 64, 222])("of PSS with %i bytes of salt are refused", async (salt) => {
    const [pssHead, pssPayload] = valid("PS256").split(".") as [string, string];
    const given = `${pssHead}.${pssPayload}`;
    expect(await passes(`${given}.${base64(pss(given, 32))}`)).toBe(true);
    expect(await passes(`${given}.${base64(pss(given, salt))}`)).toBe(false);
  });

  function pss(given: string, saltLength: number): Buffer {
    return sign("sha256", Buffer.from(given), { key: rsa.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength });
  }
});
