import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AzureTokenCredential, azureCredentials } from "@turnpike/adapters/azure";
import { createGateway, Headers, type OutgoingRequest } from "@turnpike/core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type TokenEndpoint, tokenEndpoint } from "./token-endpoint.js";

const tenant = "6f1c2b54-0a4e-4a53-9d5e-3f8f6c1f0a11";
const identity = createRequire(new URL("../../../packages/adapters/package.json", import.meta.url))("@azure/identity") as {
  ClientSecretCredential: new (tenant: string, client: string, secret: string, options: object) => AzureTokenCredential;
  WorkloadIdentityCredential: new (options: object) => AzureTokenCredential;
};
const signal = new AbortController().signal;
let count = 0;
/** The client keeps tokens by resource for the life of the process: every test asks for one of its own. */
let resource = "";
/** … and the host's endpoint as well, once it has found it. */
let host: TokenEndpoint;

beforeAll(async () => {
  for (const name of ["NO_PROXY", "no_proxy"]) vi.stubEnv(name, "127.0.0.1");
  for (const name of ["AZURE_FEDERATED_TOKEN_FILE", "IDENTITY_SERVER_THUMBPRINT"]) vi.stubEnv(name, undefined);
  host = await tokenEndpoint();
  vi.stubEnv("IDENTITY_ENDPOINT", `${host.url}/msi/token`);
  vi.stubEnv("IDENTITY_HEADER", "secret-of-the-host");
});
beforeEach(() => {
  resource = `https://resource-${++count}.example`;
  host.reset();
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await host.close();
});

describe("a managed identity", () => {
  it("is asked at App Service's endpoint", async () => {
    const before = Date.now();
    const { token, expiresAt } = await azureCredentials().managedIdentity({ resource, clientId: null, signal });
    expect(token).toBe("token-1");
    expect(expiresAt).toBeGreaterThan(before + 3_500_000);
    const [{ path, query, headers }] = host.calls as [TokenEndpoint["calls"][number]];
    expect([path, query.get("resource"), query.get("client_id"), headers["x-identity-header"]]).toEqual([
      "/msi/token",
      resource,
      null,
      "secret-of-the-host",
    ]);
  });

  it.each([
    ["the policy names", {}, "from-policy", "from-policy"],
    ["the options name", { clientId: "from-options" }, null, "from-options"],
    ["the policy names rather than the options", { clientId: "from-options" }, "from-policy", "from-policy"],
  ])("is the one that %s", async (_what, options, clientId, expected) => {
    await azureCredentials(options).managedIdentity({ resource, clientId, signal });
    expect(host.calls[0]!.query.get("client_id")).toBe(expected);
  });

  it.each([
    ["https://vault.azure.net", "https://vault.azure.net"],
    ["https://management.azure.com/", "https://management.azure.com/"],
    ["api://orders/.default", "api://orders"],
    ["6f1c2b54-0a4e-4a53-9d5e-3f8f6c1f0a11", "6f1c2b54-0a4e-4a53-9d5e-3f8f6c1f0a11"],
  ])("gets tokens for the resource as it is written: %s", async (written, asked) => {
    await azureCredentials().managedIdentity({ resource: written, clientId: null, signal });
    expect(host.calls[0]!.query.get("resource")).toBe(asked);
  });

  it("that is refused is an error", async () => {
    host.fail(400);
    await expect(azureCredentials().managedIdentity({ resource, clientId: null, signal })).rejects.toThrow(/out of order|400/);
  });
});

describe("authentication-managed-identity", () => {
  const policy = (attributes = "") => `<policies>
    <inbound><base /><authentication-managed-identity resource="${resource}" ${attributes} /></inbound>
    <backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error></policies>`;
  async function mounted(attributes = "") {
    const forwarded: OutgoingRequest[] = [];
    const gateway = await createGateway(
      {
        apis: {
          a: {
            path: "",
            serviceUrl: "https://backend.example",
            subscriptionRequired: false,
            policy: policy(attributes),
            operations: { any: { method: "GET", urlTemplate: "/*" } },
          },
        },
      },
      {
        credentials: azureCredentials(),
        transport: async (request) => {
          forwarded.push(request);
          return { status: 200, reason: "", headers: new Headers(), body: null };
        },
      },
    );
    const send = () => gateway.handle({ method: "GET", url: "https://gateway.example/x", headers: {} });
    return { send, forwarded };
  }

  it("sends the host's token, which many requests share", async () => {
    const { send, forwarded } = await mounted();
    const answers = await Promise.all([send(), send(), send(), send()]);
    await send();
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 200]);
    expect(new Set(forwarded.map((call) => call.headers.get("Authorization")))).toEqual(new Set(["Bearer token-1"]));
    expect([forwarded.length, host.calls.length]).toEqual([5, 1]);
  });

  it("answers 500 when there is none, without a word of why", async () => {
    const { send, forwarded } = await mounted();
    host.fail(400);
    const { status, body } = await send();
    expect([status, forwarded.length]).toEqual([500, 0]);
    expect(Buffer.from(body as Uint8Array).toString()).not.toMatch(/out of order|secret-of-the-host|127\.0\.0\.1/);
  });
});

describe("other credentials", () => {
  const folder = mkdtempSync(join(tmpdir(), "turnpike-azure-"));
  let endpoint: TokenEndpoint;
  afterEach(() => endpoint.close());
  afterAll(() => rmSync(folder, { recursive: true }));
  const certificate = (): { key: string; cert: string } => {
    const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
    const subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "1"];
    execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert, ...subject], {
      stdio: "pipe",
    });
    return { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") };
  };

  it("a client secret, as on a developer's machine", async () => {
    const tls = certificate();
    endpoint = await tokenEndpoint(tls);
    const credential = new identity.ClientSecretCredential(tenant, "client", "shared-secret", {
      authorityHost: endpoint.url,
      disableInstanceDiscovery: true,
      tlsOptions: { ca: tls.cert },
    });
    const { token } = await azureCredentials({ credential }).managedIdentity({ resource, clientId: "ignored", signal });
    expect(token).toBe("token-1");
    const { body } = endpoint.calls[0]!;
    expect([body.get("grant_type"), body.get("scope"), body.get("client_secret")]).toEqual([
      "client_credentials",
      expect.stringContaining(`${resource}/.default`),
      "shared-secret",
    ]);
  });

  it("workload identity, by the token that Kubernetes mounts", async () => {
    const tls = certificate();
    endpoint = await tokenEndpoint(tls);
    const tokenFilePath = join(folder, "federated");
    writeFileSync(tokenFilePath, "kubernetes-token");
    const credential = (clientId: string | null): AzureTokenCredential =>
      new identity.WorkloadIdentityCredential({
        tenantId: tenant,
        clientId,
        tokenFilePath,
        authorityHost: endpoint.url,
        disableInstanceDiscovery: true,
        tlsOptions: { ca: tls.cert },
      });
    const { token } = await azureCredentials({ credential }).managedIdentity({ resource, clientId: "workload", signal });
    expect(token).toBe("token-1");
    const { body } = endpoint.calls[0]!;
    expect([body.get("client_id"), body.get("client_assertion")]).toEqual(["workload", "kubernetes-token"]);
  });

  it("any that gives tokens; one without a token is an error", async () => {
    const asked: (string | null)[] = [];
    const credentials = azureCredentials({
      credential: (clientId) => {
        asked.push(clientId);
        return { getToken: async (scope) => (scope.startsWith("none") ? null : { token: scope, expiresOnTimestamp: 5 }) };
      },
    });
    const ask = (one: string, clientId: string | null) => credentials.managedIdentity({ resource: one, clientId, signal });
    expect([await ask("a", null), await ask("b", "c"), await ask("d", "c")]).toEqual([
      { token: "a/.default", expiresAt: 5 },
      { token: "b/.default", expiresAt: 5 },
      { token: "d/.default", expiresAt: 5 },
    ]);
    expect(asked).toEqual([null, "c"]);
    await expect(ask("none", null)).rejects.toThrow("The Azure credential gave no token.");
  });

  it("takes no other source", () => {
    expect(() => azureCredentials({ source: "keychain" as "default" })).toThrow(
      "azureCredentials: invalid source 'keychain': expected managed-identity or default.",
    );
    expect(azureCredentials({ source: "default" })).toHaveProperty("managedIdentity");
  });
});
