import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { main } from "@turnpike/adapters/cli";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { serve } from "../apiops/support.js";
import { type TokenEndpoint, tokenEndpoint } from "../azure/token-endpoint.js";
import { turnpike } from "../cli/support.js";
import { document, FakeArm, putApi } from "./fake-arm.js";

const ADDRESS = "azure://sub/group/shop";
let arm: FakeArm;
let host: TokenEndpoint;
let folder: string;

// The package that gets tokens finds out once for a process where they come from.
beforeAll(async () => {
  host = await tokenEndpoint();
});
afterAll(() => host.close());
beforeEach(async () => {
  arm = await new FakeArm().start();
  folder = mkdtempSync(join(tmpdir(), "turnpike-arm-"));
  for (const name of ["NO_PROXY", "no_proxy"]) vi.stubEnv(name, "127.0.0.1");
  for (const name of ["AZURE_FEDERATED_TOKEN_FILE", "AZURE_CLIENT_ID", "AZURE_TENANT_ID"]) vi.stubEnv(name, undefined);
  vi.stubEnv("IDENTITY_ENDPOINT", `${host.url}/msi/token`);
  vi.stubEnv("IDENTITY_HEADER", "secret-of-the-host");
  vi.stubEnv("TURNPIKE_ARM_ENDPOINT", arm.url);
  putApi(arm, "orders", 2, { subscriptionRequired: true });
  putApi(arm, "open", 1);
  arm.put("apis/open/policies/policy", document("{{signing}}"));
  arm.put("namedValues/s", { displayName: "signing", secret: true, $secret: { value: "hush" } });
  arm.put("policies/policy", {
    value: "<policies><inbound /><backend><forward-request /></backend><outbound /><on-error /></policies>",
  });
  arm.put("products/gold", { displayName: "Gold", subscriptionRequired: true });
  arm.put("products/gold/apis/orders", { displayName: "orders" });
  arm.put("products/gold/policies/policy", document("gold"));
  arm.put("subscriptions/one", { scope: "/x/products/gold", state: "active", $secret: { primaryKey: "key-1" } });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
  await arm.close();
});

test("turnpike pull writes a folder that is served as the instance is", async () => {
  const target = join(folder, "artifacts");
  expect(await turnpike("pull", ADDRESS, target, "--secrets")).toMatchObject({ code: 0, err: "" });
  const { call, gateway } = await serve(target);
  expect(await call("/orders/1", { "Ocp-Apim-Subscription-Key": "key-1" })).toMatchObject({
    status: 200,
    ran: "gold,orders,orders-1",
    sent: "https://orders.internal/1",
  });
  expect(await call("/orders/1")).toMatchObject({ status: 401 });
  expect(await call("/open/0")).toMatchObject({ status: 200, ran: "hush,open-0" });
  expect(gateway.diagnostics).toEqual([]);
  await gateway.close();
  expect(statSync(join(target, "namedValues/s/namedValueInformation.json")).mode & 0o77).toBe(0);
});

test("turnpike pull writes no secrets unless it is told to, and into no folder that holds something", async () => {
  const target = join(folder, "artifacts");
  expect((await turnpike("pull", ADDRESS, target)).code).toBe(0);
  expect(readFileSync(join(target, "namedValues/s/namedValueInformation.json"), "utf8")).not.toContain("hush");
  expect(readFileSync(join(target, "subscriptions/one/subscriptionInformation.json"), "utf8")).not.toContain("key-1");
  expect(await turnpike("pull", ADDRESS, target)).toMatchObject({ code: 2, err: expect.stringContaining("is not empty") });
  expect(await turnpike("pull", "azure://sub/group", join(folder, "b"))).toMatchObject({
    code: 2,
    err: expect.stringContaining("Invalid address 'azure://sub/group'"),
  });
});

test("turnpike check and explain read the instance, and say so where it cannot be read", async () => {
  expect((await turnpike("check", ADDRESS, "--secrets")).code).toBe(0);
  const explained = await turnpike("explain", ADDRESS, "GET /orders/0", "--product", "gold", "--secrets");
  expect(explained.code).toBe(0);
  expect(explained.out).toContain("azure:/sub/group/shop/apis/orders/operations/get-0/policy.xml:1 operation");
  arm.failures.push({ status: 403 }, { status: 403 });
  expect(await turnpike("check", ADDRESS)).toMatchObject({ code: 2, err: expect.stringContaining("answered 403 (Failed)") });
});

test("turnpike run serves the instance", async () => {
  const lines: string[] = [];
  const running = main(["run", ADDRESS, "--port", "0", "--json", "--secrets"], {
    stdout: process.stdout,
    stderr: process.stderr,
    print: (line) => void lines.push(line),
    complain: (line) => void lines.push(line),
  });
  await vi.waitFor(() => expect(lines.join("\n")).toContain("listening"), { timeout: 60_000 });
  const { Url: listening } = JSON.parse(lines.find((line) => line.includes("listening"))!) as { Url: string };
  expect((await fetch(`${listening}/orders/0`)).status).toBe(401);
  process.emit("SIGTERM");
  expect(await running).toBe(0);
});
