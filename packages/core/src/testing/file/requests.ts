import { parseUnitDuration } from "../duration.js";
import type { TokenOptions } from "../identity-provider.js";
import type { TestRequest } from "../world.js";
import type { RequestModel, TestFile, TestTokenModel } from "./model.js";

/** Puts the test's tokens in place of `{{token:name}}`, in every text of a request or expectation. Tokens are made when the test begins. */
export function tokenFiller(
  tokens: TestFile["tokens"],
  mint: (token: TokenOptions & { issuer?: string }) => string,
): <T>(value: T) => T {
  const made = new Map(Object.entries(tokens ?? {}).map(([name, token]) => [name, mint(tokenOf(token))]));
  const fill = (value: unknown): unknown => {
    if (typeof value === "string")
      return value.replace(/\{\{token:([^}]+)\}\}/g, (_, name: string) => {
        const token = made.get(name.trim());
        if (token === undefined) throw new Error(`There is no token "${name.trim()}" in this file.`);
        return token;
      });
    if (Array.isArray(value)) return value.map(fill);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, fill(member)]));
  };
  return <T>(value: T): T => fill(value) as T;
}

function tokenOf({ expiresIn, notBefore, alg, kid, ...rest }: TestTokenModel): TokenOptions & { issuer?: string } {
  return {
    ...rest,
    ...(kid === undefined ? {} : { kid }),
    ...(alg === undefined ? {} : { alg: alg as NonNullable<TokenOptions["alg"]> }),
    ...(expiresIn == null ? {} : { expiresIn: parseUnitDuration(expiresIn)! }),
    ...(notBefore == null ? {} : { notBefore: parseUnitDuration(notBefore)! }),
  };
}

/** The request that a step describes. */
export function requestOf({
  method = "GET",
  url,
  headers = {},
  body,
  bodyBase64,
  ipAddress,
  certificate,
}: RequestModel): TestRequest {
  const isText = typeof body === "string";
  const content =
    bodyBase64 !== undefined
      ? Buffer.from(bodyBase64, "base64")
      : body === undefined || body === null
        ? undefined
        : isText
          ? body
          : JSON.stringify(body);
  return {
    method,
    url,
    headers: Object.entries(headers).flatMap(([name, value]) =>
      (Array.isArray(value) ? value : [value]).map((item): [string, string] => [name, String(item)]),
    ),
    ...(content === undefined ? {} : { body: content }),
    ...(ipAddress === undefined ? {} : { ipAddress }),
    ...(certificate === undefined ? {} : { certificate }),
  };
}
