import { expect, it } from "vitest";
import { certificate, keyOfJwk } from "./forge.js";
import { jwtWorld } from "./jwt-support.js";
import { claims, encryptedTexts, nested, type PrintedToken, signedTexts, unsigned } from "./rfc-tokens.js";

/** They ended in 2011. */
const attributes = `header-name="Authorization" clock-skew="900000000"`;
const tokens = { algorithms: ["ES512"] } as const;

/** A policy with the key of a token: shared ones are written into it, others are a provider's. */
const signedWith = ({ key }: PrintedToken, more = "") => {
  const keys =
    key["k"] === undefined
      ? `<openid-config url="https://login.example/.well-known/openid-configuration" /><issuers><issuer>joe</issuer><issuer>hobbiton.example</issuer></issuers>`
      : `<issuer-signing-keys><key>${key["k"]}</key></issuer-signing-keys>`;
  const [before, after = ""] = keys.split(/(?=<issuers>)/);
  const policy = `<validate-jwt ${attributes}>${before}${more}${after}</validate-jwt>`;
  return jwtWorld(
    policy,
    (url) => (url.endsWith("/keys") ? { keys: [key] } : { issuer: "joe", jwks_uri: "https://login.example/keys" }),
    { tokens, certificates },
  );
};
const own = keyOfJwk(nested.key);
const certificates = { nested: { certificate: certificate({ subject: "samwise", key: own }).pem, key: own.privateKey } };

/** The token with another letter in the middle of a part. */
function altered(text: string, index: number): string {
  const parts = text.split(".");
  const part = parts[index]!;
  const middle = part.length >> 1;
  parts[index] = `${part.slice(0, middle)}${part[middle] === "A" ? "B" : "A"}${part.slice(middle + 1)}`;
  return parts.join(".");
}

it.each(claims)("$from passes, and altered in payload or signature it does not", async (printed) => {
  const world = await signedWith(printed);
  expect((await world.send(printed.text)).reason).toBeNull();
  for (const index of [1, 2]) expect((await world.send(altered(printed.text, index))).reason).toBe("TokenSignatureInvalid");
});

it.each(signedTexts)("$from holds, and is no JWT", async (printed) => {
  const world = await signedWith(printed);
  expect(await world.send(printed.text)).toMatchObject({
    reason: "JwtInvalid",
    message: "IDX12729: Unable to decode the header or payload of the token as base64url-encoded JSON.",
  });
  for (const index of [1, 2]) expect((await world.send(altered(printed.text, index))).reason).toBe("TokenSignatureInvalid");
});

it.each(encryptedTexts)("$from opens, and holds no JWT", async (printed) => {
  const world = await jwtWorld(
    `<validate-jwt ${attributes} require-signed-tokens="false"><decryption-keys><key>${printed.key["k"]}</key></decryption-keys></validate-jwt>`,
  );
  const { reason, message } = await world.send(printed.text);
  // What is inside is taken for a token, and is none.
  expect([reason, message]).toEqual(["JwtInvalid", expect.stringMatching(/^IDX12(?:741|729): /)]);
  for (const index of [2, 3, 4])
    expect((await world.send(altered(printed.text, index))).message).toBe(
      "IDX10609: Decryption failed. No Keys tried: token could not be decrypted.",
    );
});

it("RFC 7520, 6: a signed token in an encrypted one passes, and altered in any part it does not", async () => {
  const signer = claims.find((printed) => printed.from.startsWith("RFC 7520, 6"))!;
  const world = await signedWith(signer, `<decryption-keys><key certificate-id="nested" /></decryption-keys>`);
  expect((await world.send(nested.text)).reason).toBeNull();
  for (const index of [1, 2, 3, 4]) expect((await world.send(altered(nested.text, index))).reason).toBe("JwtInvalid");
});

it("RFC 7515, A.5: claims that nobody signed pass where that is allowed", async () => {
  const send = async (more: string) =>
    (await (await jwtWorld(`<validate-jwt ${attributes} ${more}></validate-jwt>`)).send(unsigned)).reason;
  expect([await send(""), await send(`require-signed-tokens="false"`)]).toEqual(["JwtInvalid", null]);
});
