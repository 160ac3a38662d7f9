import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { running } from "../cli/support.js";
import { started } from "../node/servers.js";
import { tokenEndpoint } from "./token-endpoint.js";

it("turnpike run lends the host's identity to policies", async () => {
  const host = await tokenEndpoint();
  for (const name of ["NO_PROXY", "no_proxy"]) vi.stubEnv(name, "127.0.0.1");
  for (const name of ["AZURE_FEDERATED_TOKEN_FILE", "AZURE_CLIENT_ID", "AZURE_TENANT_ID"]) vi.stubEnv(name, undefined);
  vi.stubEnv("IDENTITY_ENDPOINT", `${host.url}/msi/token`);
  vi.stubEnv("IDENTITY_HEADER", "secret-of-the-host");
  const upstream = await started(createServer((incoming, outgoing) => outgoing.end(incoming.headers.authorization)));
  const folder = mkdtempSync(join(tmpdir(), "turnpike-azure-run-"));
  const policy = join(folder, "policy.xml");
  writeFileSync(
    policy,
    `<policies><inbound><authentication-managed-identity resource="https://ledger.example" /></inbound>
      <backend><forward-request /></backend></policies>`,
  );
  const command = await running(policy, "--backend", `http://127.0.0.1:${upstream.port}`);
  const answer = await fetch(`${command.url}/x`);
  expect([answer.status, await answer.text()]).toEqual([200, "Bearer token-1"]);
  expect(await command.stop()).toBe(0);
  upstream.closeAllConnections();
  upstream.close();
  vi.unstubAllEnvs();
  await host.close();
  rmSync(folder, { recursive: true });
});
