import { createHmac, createSign, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import {
  createGateway,
  type Exchange,
  type GatewayConfiguration,
  Headers,
  type Logger,
  type TraceDocument,
  type Transport,
} from "@turnpike/core";
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
  readonly publicKey: KeyObject;
  readonly jwk: object;
}

/** Makes an RSA, elliptic or Edwards key pair. */
export function pair(kid: string, type: "rsa" | "ec" | "P-384" | "P-521" | "ed25519" = "rsa"): Pair {
  const { privateKey, publicKey } =
    type === "rsa"
      ? generateKeyPairSync("rsa", { modulusLength: 2048 })
      : type === "ed25519"
        ? generateKeyPairSync("ed25519")
        : generateKeyPairSync("ec", { namedCurve: type === "ec" ? "P-256" : type });
  return { kid, privateKey, publicKey, jwk: { ...publicKey.export({ format: "jwk" }), kid, use: "sig" } };
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
  if (alg.startsWith("Ed")) return sign(null, Buffer.from(text), key as KeyObject).toString("base64url");
  return sign(hash, Buffer.from(text), { key: key as KeyObject, dsaEncoding: "ieee-p1363" }).toString("base64url");
}

interface Encryption {
  setProtectedHeader(header: object): Encryption;
  encrypt(key: KeyObject | Uint8Array): Promise<string>;
}

/** Encrypts text into a token of five parts. @param header has alg and enc */
export async function encrypted(header: object, key: KeyObject | Uint8Array, text: string): Promise<string> {
  const path = createRequire(new URL("../../../packages/core/package.json", import.meta.url)).resolve("jose");
  const jose = (await import(pathToFileURL(path).href)) as { CompactEncrypt: new (plaintext: Uint8Array) => Encryption };
  return new jose.CompactEncrypt(Buffer.from(text)).setProtectedHeader(header).encrypt(key);
}

/** An answer that never comes. */
export const never = -1;

/**
 * A world with a policy in inbound, in which everything else is answered by `answers`: by URL, JSON, a status, or {@link never}.
 * @param configuration beside the one API
 */
export async function jwtWorld(
  inbound: string,
  answers: (url: string) => object | number = () => 404,
  configuration: GatewayConfiguration = {},
  logger?: Logger,
  redirects: Readonly<Record<string, string>> = {},
) {
  const clock = testClock();
  const calls: string[] = [];
  const transport: Transport = async (request) => {
    calls.push(request.url);
    const moved = redirects[request.url];
    if (moved !== undefined) return { status: 302, reason: "", headers: new Headers([["Location", moved]]), body: null };
    const answer = answers(request.url);
    if (answer === never) return new Promise(() => undefined);
    return {
      status: typeof answer === "number" ? answer : 200,
      reason: "",
      headers: new Headers(),
      body: Buffer.from(typeof answer === "number" ? "" : JSON.stringify(answer)),
    };
  };
  const configured = (policy: string): GatewayConfiguration => ({
    ...configuration,
    apis: {
      a: {
        path: "",
        subscriptionRequired: false,
        policy: document(`${policy}<return-response><set-body>passed</set-body></return-response>`),
        operations: { any: { method: "GET", urlTemplate: "/*" } },
      },
    },
  });
  const gateway = await createGateway(configured(inbound), { clock, transport, ...(logger === undefined ? {} : { logger }) });
  return {
    clock,
    calls,
    gateway,
    /** Puts another policy in force. */
    update: (policy: string) => gateway.update(configured(policy)),
    /** Sends a token as Bearer, or headers. Gives the reason of a refusal, or null. */
    send: async (
      given: string | Record<string, string>,
      path = "",
    ): Promise<{
      reason: string | null;
      message: string | null;
      status: number;
      headers: readonly (readonly [string, string])[];
      text: string;
      exchange: Exchange;
      trace: TraceDocument;
    }> => {
      let exchange: Exchange | null = null;
      const headers = typeof given === "string" ? { Authorization: `Bearer ${given}` } : given;
      const {
        status,
        headers: answered,
        body,
        trace,
      } = await clock.run(() =>
        gateway.handle({ method: "GET", url: url + path, headers }, { trace: true, observe: (one) => void (exchange = one) }),
      );
      const { lastError } = exchange! as Exchange;
      const passed = Buffer.from(body as Uint8Array).toString() === "passed";
      return {
        reason: passed ? null : (lastError?.reason ?? "none"),
        message: lastError?.message ?? null,
        status,
        headers: [...answered],
        text: Buffer.from(body as Uint8Array).toString(),
        exchange: exchange!,
        trace: trace!,
      };
    },
  };
}
