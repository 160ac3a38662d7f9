import { createHmac, createSign, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { createGateway, type Exchange, Headers, type Transport } from "@turnpike/core";
import { testClock } from "@turnpike/core/testing";
import { document, url } from "./support.js";

/** Seconds since 1970 at which the tests' clock begins. */
export const start = Date.UTC(2026, 0, 1) / 1000;

/** A shared key: 32 bytes in base64. */
export const secret = Buffer.alloc(32, 7).toString("base64");

/** A key pair with the JSON Web Key of its public part. */
export interface Pair {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly jwk: object;
}

/** Makes an RSA or elliptic key pair. */
export function pair(kid: string, type: "rsa" | "ec" = "rsa"): Pair {
  const { privateKey, publicKey } =
    type === "rsa" ? generateKeyPairSync("rsa", { modulusLength: 2048 }) : generateKeyPairSync("ec", { namedCurve: "P-256" });
  return { kid, privateKey, jwk: { ...publicKey.export({ format: "jwk" }), kid, use: "sig" } };
}

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");

/** Signs claims; `key` is a pair's private key, or a shared key's bytes. Issued for an hour unless the claims say otherwise. */
export function token(alg: string, key: KeyObject | Uint8Array | null, claims: object = {}, header: object = {}): string {
  const text = `${part({ alg, typ: "JWT", ...header })}.${part({ exp: start + 3600, ...claims })}`;
  return `${text}.${signature(alg, key, text)}`;
}

function signature(alg: string, key: KeyObject | Uint8Array | null, text: string): string {
  if (key === null) return "";
  const hash = `sha${alg.slice(2)}`;
  if (alg.startsWith("HS"))
    return createHmac(hash, key as Uint8Array)
      .update(text)
      .digest("base64url");
  if (alg.startsWith("RS"))
    return createSign(hash)
      .update(text)
      .sign(key as KeyObject)
      .toString("base64url");
  if (alg.startsWith("PS"))
    return sign(hash, Buffer.from(text), { key: key as KeyObject, padding: 6, saltLength: Number(alg.slice(2)) / 8 }).toString(
      "base64url",
    );
  return sign(hash, Buffer.from(text), { key: key as KeyObject, dsaEncoding: "ieee-p1363" }).toString("base64url");
}

/** A world with a policy in inbound, in which everything else is answered by `answers`: by URL, JSON, or a status. */
export async function jwtWorld(inbound: string, answers: (url: string) => object | number = () => 404) {
  const clock = testClock();
  const calls: string[] = [];
  const transport: Transport = async (request) => {
    calls.push(request.url);
    const answer = answers(request.url);
    return {
      status: typeof answer === "number" ? answer : 200,
      reason: "",
      headers: new Headers(),
      body: Buffer.from(typeof answer === "number" ? "" : JSON.stringify(answer)),
    };
  };
  const gateway = await createGateway(
    {
      apis: {
        a: {
          path: "",
          subscriptionRequired: false,
          policy: document(`${inbound}<return-response><set-body>passed</set-body></return-response>`),
          operations: { any: { method: "GET", urlTemplate: "/*" } },
        },
      },
    },
    { clock, transport },
  );
  return {
    clock,
    calls,
    /** Sends a token as Bearer, or headers. Gives the reason of a refusal, or null. */
    async send(
      given: string | Record<string, string>,
      path = "",
    ): Promise<{ reason: string | null; message: string | null; status: number; text: string; exchange: Exchange }> {
      let exchange: Exchange | null = null;
      const headers = typeof given === "string" ? { Authorization: `Bearer ${given}` } : given;
      const { status, body } = await clock.run(() =>
        gateway.handle({ method: "GET", url: url + path, headers }, { observe: (one) => void (exchange = one) }),
      );
      const { lastError } = exchange! as Exchange;
      const passed = Buffer.from(body as Uint8Array).toString() === "passed";
      return {
        reason: passed ? null : (lastError?.reason ?? "none"),
        message: lastError?.message ?? null,
        status,
        text: Buffer.from(body as Uint8Array).toString(),
        exchange: exchange!,
      };
    },
  };
}
