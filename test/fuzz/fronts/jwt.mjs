import { createHmac, generateKeyPairSync, sign, verify } from "node:crypto";
import { holds, same } from "../engine/finding.mjs";
import { world } from "../engine/world.mjs";

const secret = Buffer.alloc(32, 7);
const now = Date.UTC(2026, 0, 1) / 1000;
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
const issuer = "https://login.example/";
const base = (value) => Buffer.from(value).toString("base64url");
const keys = {
  keys: [
    { ...rsa.publicKey.export({ format: "jwk" }), kid: "rsa" },
    { ...ec.publicKey.export({ format: "jwk" }), kid: "ec" },
  ],
};
const signers = {
  HS256: (text) => createHmac("sha256", secret).update(text).digest(),
  RS256: (text) => sign("sha256", Buffer.from(text), rsa.privateKey),
  ES256: (text) => sign("sha256", Buffer.from(text), { key: ec.privateKey, dsaEncoding: "ieee-p1363" }),
  // The public key as a shared secret.
  confused: (text) =>
    createHmac("sha256", rsa.publicKey.export({ format: "pem", type: "spki" }))
      .update(text)
      .digest(),
  none: () => Buffer.alloc(0),
};
const verifiers = {
  HS256: (text, signature) => signers.HS256(text).equals(signature),
  RS256: (text, signature) => verify("sha256", text, rsa.publicKey, signature),
  ES256: (text, signature) =>
    signature.length === 64 && verify("sha256", text, { key: ec.publicKey, dsaEncoding: "ieee-p1363" }, signature),
};

/**
 * Tokens. An input is a token as it is, or three lines: header, claims, and the name of who signs, so that changes behind a good signature are
 * reached. What is let through must hold by Node's own crypto.
 */
export const front = {
  tokens:
    'eyJhbGciOiJIUzI1NiJ9 . .. = - _ "alg":"HS256" "alg":"RS256" "alg":"ES256" "alg":"none" "alg":["HS256"] "kid":"rsa" "kid":"ec" "kid":"../x" "crit":["b64"] "b64":false "zip":"DEF" "enc":"A128GCM" "jku":"http://x" "jwk":{} "x5c":[] "typ":"JWT" "cty":"JWT" "exp": "nbf": "iat": "aud":"api" "aud":["api"] "iss": "sub" 1767225600 1e99 -1 null [] {} true "\\u0061ud" "__proto__" HS256 RS256 ES256 confused none Bearer'.split(
      " ",
    ),
  seeds: () => {
    const claims = `{"iss":"${issuer}","aud":"api","exp":${now + 3600},"nbf":${now - 10},"roles":["a","b"]}`;
    const token = (alg, more = "") => {
      const text = `${base(`{"alg":"${alg}"${more}}`)}.${base(claims)}`;
      return `${text}.${base(signers[alg](text))}`;
    };
    return [
      token("HS256"),
      token("RS256", ',"kid":"rsa"'),
      token("ES256", ',"kid":"ec"'),
      `{"alg":"HS256","typ":"JWT"}\n${claims}\nHS256`,
      `{"alg":"RS256","kid":"rsa"}\n${claims}\nRS256`,
      `{"alg":"ES256","kid":"ec"}\n${claims}\nES256`,
      `{"alg":"HS256","kid":"rsa"}\n${claims}\nconfused`,
      `{"alg":"none"}\n${claims}\nnone`,
      `{"alg":"dir","enc":"A128GCM"}\n${claims}\nHS256`,
      `{"alg":"HS256"}\n{"aud":["x","api"],"exp":"${now}","roles":"a"}\nHS256`,
    ];
  },
  async open() {
    const { send } = await world({
      sections: {
        inbound: `<validate-jwt header-name="Authorization" require-scheme="Bearer" output-token-variable-name="jwt" clock-skew="60"><openid-config url="${issuer}.well-known/openid-configuration" /><issuer-signing-keys><key>${secret.toString("base64")}</key></issuer-signing-keys><audiences><audience>api</audience></audiences><required-claims><claim name="roles" match="any" separator=","><value>a</value></claim></required-claims></validate-jwt><set-variable name="s" value="@(((Jwt)context.Variables["jwt"]).Subject + string.Join("", ((Jwt)context.Variables["jwt"]).Claims.Keys))" />`,
      },
      answer: ({ url }) =>
        url.endsWith("/keys")
          ? { body: Buffer.from(JSON.stringify(keys)) }
          : url.includes("well-known")
            ? { body: Buffer.from(JSON.stringify({ issuer, jwks_uri: `${issuer}keys` })) }
            : {},
    });
    return {
      async run(bytes) {
        const token = assembled(bytes.toString("latin1"));
        const { status, exchange } = await send({ headers: [["Authorization", `Bearer ${token}`]] }, token);
        holds(status === 200 || status === 401, "status", `${status}: ${exchange.lastError?.message}`);
        if (status === 200) same(whyNot(token.trim()), null, "a token that was let through");
      },
    };
  },
};

function assembled(text) {
  const [header, claims, who] = text.split("\n");
  const signer = signers[who?.trim()];
  if (signer === undefined) return text.replace(/[\r\n\0]/g, "");
  const start = `${base(Buffer.from(header, "latin1"))}.${base(Buffer.from(claims, "latin1"))}`;
  return `${start}.${base(signer(start))}`;
}

/** Why a token does not hold, by the plain reading of RFC 7515 and 7519; null if it does. */
function whyNot(token) {
  const parts = token.split(".");
  if (parts.length !== 3) return "not three parts";
  const [header, claims, signature] = parts.map((part) => Buffer.from(part, "base64url"));
  if ([header, claims, signature].some((part, i) => part.toString("base64url") !== parts[i])) return "no canonical base64url";
  let alg;
  let kid;
  let data;
  try {
    ({ alg, kid } = JSON.parse(new TextDecoder("utf8", { fatal: true }).decode(header)));
    data = JSON.parse(new TextDecoder("utf8", { fatal: true }).decode(claims));
  } catch {
    return "no JSON";
  }
  if (!Object.hasOwn(verifiers, alg)) return `the algorithm ${alg}`;
  if (kid === "rsa" && alg !== "RS256") return "a key of another kind";
  if (!verifiers[alg](Buffer.from(`${parts[0]}.${parts[1]}`), signature)) return "the signature";
  if (!(Number(data.exp) > now - 60)) return `exp ${data.exp}`;
  if (data.nbf !== undefined && !(Number(data.nbf) <= now + 60)) return `nbf ${data.nbf}`;
  if (![data.aud].flat().includes("api")) return `aud ${data.aud}`;
  return null;
}
