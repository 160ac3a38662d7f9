import { expect, test } from "vitest";
import { turnpike } from "../cli/support.js";
import { api, info, write } from "./support.js";

const vault = (name: string): unknown =>
  info({ displayName: name, secret: true, keyVault: { secretIdentifier: `https://v.vault.azure.net/secrets/${name}` } });

/** Wherever a value of Key Vault may stand: in texts, numbers, code, URLs and keys. */
const folder = (): string =>
  write({
    ...api("orders", { subscriptionRequired: true, serviceUrl: "{{address}}" }),
    "apis/orders/policy.xml": `<policies><inbound><base />
      <rate-limit calls="{{number}}" renewal-period="60" />
      <set-backend-service backend-id="main" />
      <set-variable name="a" value="@({{number}} + 1)" />
      <set-header name="X-Secret" exists-action="override"><value>{{word}} and @("{{word}}")</value></set-header>
      <validate-jwt header-name="Authorization"><issuer-signing-keys><key>{{word}}</key></issuer-signing-keys></validate-jwt>
    </inbound></policies>`,
    "backends/main/backendInformation.json": info({
      url: "https://{{address}}/main",
      credentials: { header: { "X-Key": ["{{word}}"] } },
    }),
    "named values/number/namedValueInformation.json": vault("number"),
    "named values/word/namedValueInformation.json": vault("word"),
    "named values/address/namedValueInformation.json": vault("address"),
    "subscriptions/s/subscriptionInformation.json": info({ scope: "/apis", primaryKey: "{{word}}" }),
  });

test("values in Key Vault are unknown, and not wrong, for check, explain, diff and lint", async () => {
  const path = folder();
  const checked = await turnpike("check", path, "--json");
  const { ok, diagnostics } = JSON.parse(checked.out) as {
    ok: boolean;
    diagnostics: { severity: string; message: string; hint?: string }[];
  };
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  expect([checked.code, ok]).toEqual([0, true]);
  expect(diagnostics.filter(({ message }) => message.includes("vault"))).toEqual([
    expect.objectContaining({
      severity: "warning",
      message:
        "Values in vaults are not asked for here, and what depends on them is not judged: named value address, named value number, named value word.",
      hint: expect.stringContaining("turnpike run"),
    }),
  ]);
  expect(await turnpike("explain", path, "GET /orders/x")).toMatchObject({ code: 0, err: "" });
  expect(await turnpike("diff", path, path)).toMatchObject({ code: 0, err: "" });
  const { code, out } = await turnpike("lint", path);
  expect(code).toBe(0);
  expect(out).not.toContain("error TP");
});

test("what differs between two secrets in Key Vault is told without asking for them", async () => {
  const other = folder();
  write(
    {
      "named values/address/namedValueInformation.json": info({
        displayName: "address",
        secret: true,
        keyVault: { secretIdentifier: "https://v.vault.azure.net/secrets/another" },
      }),
    },
    other,
  );
  const { code, out } = await turnpike("diff", folder(), other);
  expect(code).toBe(1);
  expect(out).toContain("backend:");
});
