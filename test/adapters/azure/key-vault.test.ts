import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { inspect } from "node:util";
import { keyVaultSecrets } from "@turnpike/adapters/azure";
import { createGateway, type GatewayConfiguration } from "@turnpike/core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { testAuthority } from "../../certificates.js";

const authority = testAuthority();
const secrets = new Map([
  ["/secrets/db/", "latest-of-db"],
  ["/secrets/db/0123abc", "version-of-db"],
]);
let calls: { path: string; authorization: string | undefined }[];
let server: Server;
let vault: string;

beforeAll(async () => {
  server = createServer(authority.issue("vault", "127.0.0.1"), (request, response) => {
    const path = request.url!.split("?")[0]!;
    calls.push({ path, authorization: request.headers.authorization });
    if (request.headers.authorization === undefined) {
      response.setHeader(
        "WWW-Authenticate",
        `Bearer authorization="https://login.example/tenant", resource="https://vault.example"`,
      );
      return response.writeHead(401).end();
    }
    const value = secrets.get(path);
    response.setHeader("Content-Type", "application/json");
    if (value === undefined) return response.writeHead(404).end('{"error":{"code":"SecretNotFound","message":"Not found."}}');
    return response.end(JSON.stringify({ value, id: `${vault}${path}`, attributes: {} }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  vault = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

beforeEach(() => {
  calls = [];
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function options(asked: { clientId: string | null; scope: string }[] = []) {
  return keyVaultSecrets({
    credential: (clientId) => ({
      getToken: async (scope) => {
        asked.push({ clientId, scope });
        return { token: "s3cret-token", expiresOnTimestamp: Date.now() + 3_600_000 };
      },
    }),
    clientId: "own-client",
    hosts: ["127.0.0.1"],
    client: {
      tlsOptions: { ca: authority.cert },
      disableChallengeResourceVerification: true,
      retryOptions: { maxRetries: 0 },
    },
  });
}

const reference = (secretIdentifier: string, identityClientId: string | null = null) => ({ secretIdentifier, identityClientId });
const { signal } = new AbortController();

describe("secrets of Key Vault", () => {
  it("are asked for by their identifier, with the identity's token", async () => {
    const asked: { clientId: string | null; scope: string }[] = [];
    const vaults = options(asked);
    expect(await vaults.resolve!(reference(`${vault}/secrets/db`), signal)).toBe("latest-of-db");
    expect(await vaults.resolve!(reference(`${vault}/secrets/db/0123abc`), signal)).toBe("version-of-db");
    expect(await vaults.resolve!(reference(`${vault}/secrets/db`, "other-client"), signal)).toBe("latest-of-db");
    expect(asked.map((call) => call.clientId)).toEqual(["own-client", "other-client"]);
    expect(asked[0]!.scope).toBe("https://vault.example/.default");
    expect(calls.at(-1)).toEqual({ path: "/secrets/db/", authorization: "Bearer s3cret-token" });
  });

  it.each([
    ["not a URL", "db"],
    ["not https", "http://127.0.0.1/secrets/db"],
    ["a key", "https://127.0.0.1/keys/db"],
    ["more path", "https://127.0.0.1/secrets/db/1/2"],
    ["a query", "https://127.0.0.1/secrets/db?x=1"],
    ["credentials", "https://u:p@127.0.0.1/secrets/db"],
  ])("%s is no identifier", async (_, identifier) => {
    await expect(options().resolve!(reference(identifier), signal)).rejects.toThrow(/invalid secret identifier: expected https:/);
  });

  it("no other host gets a token", async () => {
    const vaults = keyVaultSecrets({ credential: { getToken: () => Promise.reject(new Error("was asked")) } });
    await expect(vaults.resolve!(reference(`${vault}/secrets/db`), signal)).rejects.toThrow(
      /invalid vault '127\.0\.0\.1': expected a host that ends in /,
    );
    await expect(vaults.resolve!(reference("https://vault.azure.net.evil.example/secrets/db"), signal)).rejects.toThrow(
      /invalid vault 'vault\.azure\.net\.evil\.example'/,
    );
    expect(calls).toEqual([]);
  });

  it("are named values of a gateway; one that is not there is an error at load", async () => {
    const configuration = (name: string): GatewayConfiguration => ({
      namedValues: { db: { keyVault: { secretIdentifier: `${vault}/secrets/${name}` } } },
    });
    const gateway = await createGateway(configuration("db"), { secrets: options() });
    expect(gateway.configuration.namedValues.get("db")).toMatchObject({ value: "latest-of-db", secret: true });
    await gateway.close();
    const failed = await createGateway(configuration("none"), { secrets: options() }).catch((error: unknown) => error);
    expect(failed).toMatchObject({ diagnostics: [{ code: "TP3011", message: expect.stringContaining("Not found.") }] });
    expect(inspect(failed, { depth: 9 })).not.toContain("s3cret-token");
  });
});
