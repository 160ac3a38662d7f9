import { describe, expect, test } from "vitest";
import { parseBasic, parseJwt } from "#core/context/index.js";
import { evaluate } from "./evaluate.js";

const part = (value: unknown): string =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
const token = (payload: unknown, header: unknown = { alg: "RS256", typ: "JWT" }): string =>
  `${part(header)}.${part(payload)}.c2ln`;

describe("AsJwt", () => {
  const jwt = token({
    iss: "https://login.example/",
    sub: "u1",
    aud: ["a", "b"],
    exp: 1735689600,
    nbf: 1704067200.5,
    jti: "id",
    n: 5,
    price: 1.5,
    ok: true,
    none: null,
    roles: ["r", "w"],
    nested: { a: [1, true] },
    __proto__x: "p",
  });
  const over = (text: string, header = `Bearer ${jwt}`) =>
    evaluate(`@{ var jwt = context.Request.Headers.GetValueOrDefault("Authorization").AsJwt(); return ${text}; }`, {
      request: { headers: { Authorization: header } },
    });

  test.each([
    [`jwt.Issuer + jwt.Subject + jwt.Id + jwt.Algorithm + jwt.Type`, "https://login.example/u1idRS256JWT"],
    [`jwt.Audiences.ToList()`, ["a", "b"]],
    [`jwt.ExpirationTime`, "2025-01-01T00:00:00.0000000Z"],
    [`jwt.NotBefore`, "2024-01-01T00:00:00.5000000Z"],
    [`jwt.IssuedAt == null`, "True"],
    [`jwt.Claims["roles"]`, ["r", "w"]],
    [`jwt.Claims.GetValueOrDefault("roles")`, "r,w"],
    [`jwt.Claims.GetValueOrDefault("n") + jwt.Claims["price"][0] + jwt.Claims["ok"][0]`, "51.5true"],
    [`jwt.Claims["nested"][0]`, '{"a":[1,true]}'],
    [`jwt.Claims["none"].Length`, "0"],
    [`jwt.Claims.GetValueOrDefault("missing", "d")`, "d"],
    [`jwt.Claims.ContainsKey("constructor")`, "False"],
  ])("%s", (text, value) => expect(over(text)).toEqual(value));

  test("takes a bare token, and any case of Bearer", () => {
    expect(over("jwt.Subject", jwt)).toBe("u1");
    expect(over("jwt.Subject", `BEARER  ${jwt}`)).toBe("u1");
  });

  test("long integers keep their digits", () => {
    const long = `${part({ alg: "none" })}.${part('{"id":9007199254740993123,"s":"1234567890123456789","list":[12345678901234567890]}')}.`;
    const claims = parseJwt(long)!.allClaims;
    expect(claims.get("id")).toEqual(["9007199254740993123"]);
    expect(claims.get("s")).toEqual(["1234567890123456789"]);
    expect(claims.get("list")).toEqual(["12345678901234567890"]);
  });

  test.each([
    "",
    "junk",
    "a.b",
    "a.b.c",
    "a.b.c.d",
    `${part([])}.${part({})}.x`,
    `${part({})}.${part("text")}.xx`,
    "…",
    "x".repeat(300_000),
  ])("no token: %#", (text) => expect(parseJwt(text)).toBeNull());
});

describe("AsBasic", () => {
  const basic = (text: string): string => `Basic ${Buffer.from(text, "latin1").toString("base64")}`;

  test.each([
    [basic("ann:secret"), "ann", "secret"],
    [basic("ann:a:b"), "ann", "a:b"],
    [basic(":"), "", ""],
    [basic("ä:ö"), "ä", "ö"],
    [basic("a:b").replace("Basic", "bASIC "), "a", "b"],
  ])("%s", (header, user, password) => expect(parseBasic(header)).toMatchObject({ userId: user, password }));

  test.each(["", "Basic", "Basic !!!", "Basic YWJj", "Bearer YTpi", "BasicYTpi", null])("no credentials: %s", (header) =>
    expect(parseBasic(header)).toBeNull(),
  );

  test("UserId and Username are the same", () => {
    expect(evaluate(`@("${basic("a:b")}".AsBasic().UserId + "${basic("a:b")}".AsBasic().Username)`)).toBe("aa");
  });
});
