import { azureCredentials } from "@turnpike/adapters/azure";
import { expect, it, vi } from "vitest";
import { tokenEndpoint } from "./token-endpoint.js";

it("asks a virtual machine's metadata service", async () => {
  const host = await tokenEndpoint();
  for (const name of ["NO_PROXY", "no_proxy"]) vi.stubEnv(name, "127.0.0.1");
  for (const name of ["IDENTITY_ENDPOINT", "MSI_ENDPOINT", "AZURE_FEDERATED_TOKEN_FILE"]) vi.stubEnv(name, undefined);
  vi.stubEnv("AZURE_POD_IDENTITY_AUTHORITY_HOST", host.url);
  const { signal } = new AbortController();
  const ask = (clientId: string | null) =>
    azureCredentials().managedIdentity({ resource: "https://a.example", clientId, signal });
  expect([(await ask(null)).token, (await ask("user-assigned")).token]).toEqual(["token-1", "token-2"]);
  expect(
    host.calls.map((call) => [
      call.path.replace(/\/$/, ""),
      call.query.get("resource"),
      call.query.get("client_id"),
      call.headers["metadata"],
    ]),
  ).toEqual([
    ["/metadata/identity/oauth2/token", "https://a.example", null, "true"],
    ["/metadata/identity/oauth2/token", "https://a.example", "user-assigned", "true"],
  ]);
  vi.unstubAllEnvs();
  await host.close();
});
