import { generateKeyPairSync, sign } from "node:crypto";
import { holds } from "../engine/finding.mjs";
import { world } from "../engine/world.mjs";

const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const { n, e } = publicKey.export({ format: "jwk" });
const issuer = "https://login.example/";
const base = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
const start = `${base({ alg: "RS256", kid: "k" })}.${base({ iss: issuer, exp: Date.UTC(2027, 0, 1) / 1000 })}`;
const token = `${start}.${sign("sha256", Buffer.from(start), privateKey).toString("base64url")}`;

/** A provider's documents, split by an empty line: metadata, then keys. `MODULUS` stands for the key that the token is signed with. */
export const front = {
  tokens:
    '"keys":[ "kty":"RSA" "kty":"EC" "kty":"OKP" "kty":"oct" "k":"AAAA" "n":"MODULUS" "e":"AQAB" "e":"AA" "kid":"k" "kid":null "use":"sig" "use":"enc" "alg":"RS256" "alg":"HS256" "crv":"P-256" "x":"" "x5c":["MIIB"] "issuer": "jwks_uri":"https://login.example/keys" "jwks_uri":"file:///etc/passwd" "http://" \ufeff {} [] null , __proto__'.split(
      " ",
    ),
  seeds: () => [
    `{"issuer":"${issuer}","jwks_uri":"${issuer}keys"}\n\n{"keys":[{"kty":"RSA","kid":"k","n":"MODULUS","e":"AQAB","use":"sig"}]}`,
    `{"issuer":"${issuer}","jwks_uri":"${issuer}keys"}\n\n{"keys":[{"kty":"EC","crv":"P-256","x":"AA","y":"AA"},{"kty":"oct","k":"MODULUS"},{"kty":"RSA","n":"MODULUS","e":"AQAB"}]}`,
    `{"issuer":"https://other.example/","jwks_uri":"${issuer}keys"}\n\n{"keys":{}}`,
  ],
  async open() {
    const sections = {
      inbound: `<validate-jwt header-name="Authorization"><openid-config url="${issuer}.well-known/openid-configuration" /></validate-jwt>`,
    };
    return {
      async run(bytes) {
        const [metadata, keys = ""] = bytes.toString("utf8").replaceAll("MODULUS", n).split("\n\n");
        const { send, gateway } = await world({
          sections,
          answer: ({ url }) =>
            url.includes("well-known")
              ? { body: Buffer.from(metadata) }
              : url.endsWith("/keys")
                ? { body: Buffer.from(keys) }
                : {},
        });
        const { status, sent } = await send({ headers: [["Authorization", `Bearer ${token}`]] }, `${metadata}${keys}`);
        await gateway.close?.();
        holds([200, 401, 500].includes(status), "status", `${status} for a provider's documents`);
        holds(status !== 200 || (keys.includes(n) && keys.includes(e)), "open", "a token passes without its key");
        for (const { url } of sent) holds(/^https?:/.test(url), "escaped", `${url} was called`);
      },
    };
  },
};
