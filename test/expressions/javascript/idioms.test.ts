import { readFileSync } from "node:fs";
import { contextGlobals, contextTypes, createFixtureContext, type Fixture } from "@turnpike/core/tools";
import { compileExpression, toText } from "@turnpike/expressions";
import { describe, expect, it } from "vitest";

const PAGE = new URL("../../../docs/guides/javascript-expressions.md", import.meta.url);

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
const claims = { sub: "u-17", iss: "https://login.example", scp: "read write", roles: ["Reader", "Writer"], exp: 1_893_456_000 };
const token = `${part({ alg: "none", typ: "JWT" })}.${part(claims)}.`;
const order = {
  user: { name: "Ada", email: "ada@example.com" },
  items: [
    { sku: "a1", qty: 2 },
    { sku: "b2", qty: 0 },
    { sku: "c3", qty: 1 },
  ],
};

/** A request in which every row of the page has something to find. */
const fixture: Fixture = {
  request: {
    method: "POST",
    url: "https://gateway.example.com/orders/v1/items/42?page=2",
    originalUrl: "https://api.example.com/orders/v1/items/42?page=2",
    ipAddress: "203.0.113.7",
    matchedParameters: { id: "42" },
    headers: {
      Authorization: [`Bearer ${token}`],
      "X-Tenant": ["Acme", "Acme Two"],
      "X-Basic": ["Basic YWRhOnNlY3JldA=="],
      "X-Forwarded-For": ["198.51.100.1, 203.0.113.7"],
    },
    body: JSON.stringify(order),
  },
  response: { statusCode: 404, statusReason: "Not Found" },
  variables: {
    token: { type: "string", value: "t-1" },
    attempts: { type: "int", value: 2 },
    enabled: { type: "bool", value: true },
    jwt: { type: "jwt", value: token },
    answer: { type: "response", value: { statusCode: 202, body: '{"state":"queued"}' } },
  },
  product: { id: "gold", name: "Gold" },
  subscription: { id: "sub-9", name: "Main" },
  user: {
    id: "ada",
    email: "ada@example.com",
    groups: [
      { id: "g1", name: "Developers" },
      { id: "g2", name: "Admins" },
    ],
  },
  api: { id: "orders", name: "Orders", revision: "3" },
  operation: { id: "get-item", name: "Get item" },
  lastError: { source: "validate-jwt", reason: "TokenExpired" },
  timestamp: "2024-05-06T07:08:09Z",
};

/** The code of a table's cell, as a reader sees it. */
function codeOf(cell: string): string | null {
  const match = /^(`+)(.*)\1$/.exec(cell);
  return match === null ? null : match[2]!.replaceAll("\\|", "|").trim();
}

/** Rows of the page whose second and third cells are expressions. */
function readRows(): { what: string; csharp: string; javascript: string }[] {
  return readFileSync(PAGE, "utf8")
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .map((line) =>
      line
        .slice(2, line.lastIndexOf("|"))
        .split(/(?<!\\)\|(?!\|)/)
        .map((cell) => cell.trim()),
    )
    .flatMap(([what, second, third]) => {
      const csharp = codeOf(second ?? "");
      const javascript = codeOf(third ?? "");
      return csharp?.startsWith("@") && javascript?.startsWith("@") ? [{ what: what!, csharp, javascript }] : [];
    });
}

function textOf(source: string, language: "csharp" | "javascript", of: Fixture = fixture): string | null {
  const { expression, diagnostics } = compileExpression(source, { language, globals: contextGlobals, types: contextTypes });
  if (expression === null) throw new Error(diagnostics.map(({ code, message }) => `${code} ${message}`).join("; "));
  const value = expression.evaluate([createFixtureContext(of)]);
  return value === null ? null : toText(value);
}

const rows = readRows();

describe("the page of idioms", () => {
  it("has a row for each frequent idiom", () => {
    expect(rows.length).toBeGreaterThanOrEqual(50);
    const lines = readFileSync(PAGE, "utf8").split("\n");
    expect(lines.filter((line) => /^\| .*\| `+ ?@/.test(line)).length).toBe(rows.length);
  });

  it.each(rows.map((row) => [row.what, row] as const))("%s: both languages give the same", (_what, { csharp, javascript }) => {
    const text = textOf(csharp, "csharp");
    expect(textOf(javascript, "javascript")).toBe(text);
    expect(text).not.toBeNull();
    expect(text).not.toBe("");
  });

  it.each([
    "@(new HMACSHA256(null))",
    "@(Encoding.UTF8.GetBytes('a'))",
    "@(DateTime.UtcNow)",
    "@(Guid.NewGuid())",
    "@(new Random().Next(3))",
    "@(new XElement('a'))",
  ])("%s has no form, as the page says", (source) => {
    expect(() => textOf(source, "javascript")).toThrow(/CS0103|TP1201/);
  });

  it("says where letters end for btoa", () => {
    expect(textOf("@(btoa('ÿ'))", "javascript")).toBe("/w==");
    expect(() => textOf("@(btoa('Ā'))", "javascript")).toThrow("encoded");
  });
});

describe("idioms where the request has nothing to find", () => {
  it.each([
    ["header with a default", "none"],
    ["is a header there?", "False"],
    ["query parameter with a default", "1"],
    ["method", "False"],
    ["flag", "off"],
    ["is it there?", "False"],
    ["subject of the bearer token", null],
    ["user of basic authentication", null],
    ["first match of a pattern", ""],
  ])("%s gives %s in both languages", (what, expected) => {
    const row = rows.find((row) => row.what === what)!;
    expect(textOf(row.csharp, "csharp", {})).toBe(expected);
    expect(textOf(row.javascript, "javascript", {})).toBe(expected);
  });
});
