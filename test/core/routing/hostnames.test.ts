import { describe, expect, it } from "vitest";
import { createGateway } from "#core/index.js";

const apis = { shop: { path: "shop", subscriptionRequired: false, operations: { get: { method: "GET", urlTemplate: "/" } } } };
const policy = "<policies><inbound><return-response /></inbound><backend /><outbound /><on-error /></policies>";

async function statusAt(host: string, names: object): Promise<number> {
  const gateway = await createGateway({ apis, policy, ...names });
  const answer = await gateway.handle({ method: "GET", url: `https://${host}/shop`, headers: {} });
  await gateway.close();
  return answer.status;
}

describe("the names by which a gateway is reached", () => {
  const hostnames = ["api.example.com", "*.Tenants.example.com", "[::1]"];
  it.each([
    ["api.example.com", 200],
    ["API.Example.Com:8443", 200],
    ["api.example.com.", 200],
    ["a.tenants.example.com", 200],
    ["a.b.tenants.example.com", 404],
    ["tenants.example.com", 404],
    ["[::1]:8080", 200],
    ["127.0.0.1", 404],
    ["example.com", 404],
    ["api.example.com.attacker.example", 404],
  ])("%s: %i", async (host, status) => expect(await statusAt(host, { hostnames })).toBe(status));

  it("are all names where none are given", async () => expect(await statusAt("anything.example", {})).toBe(200));

  it("are those of the gateway that this process is, or else the service's", async () => {
    const gateways = { dc1: { apis: ["shop"], hostnames: ["dc1.example.com"] }, dc2: { apis: ["shop"] } };
    const at = (gateway: string, host: string) => statusAt(host, { gateway, gateways, hostnames: ["api.example.com"] });
    expect(await at("dc1", "dc1.example.com")).toBe(200);
    expect(await at("dc1", "api.example.com")).toBe(404);
    expect(await at("dc2", "api.example.com")).toBe(200);
    expect(await at("dc2", "dc1.example.com")).toBe(404);
  });

  it("can be probed by any name", async () => {
    const gateway = await createGateway({ apis, hostnames: ["api.example.com"] });
    const probe = { method: "GET", url: "http://10.0.0.1/status-0123456789abcdef", headers: {} };
    expect((await gateway.handle(probe)).status).toBe(200);
    await gateway.close();
  });

  it.each(["https://api.example.com", "api.example.com:443", "a.*.example.com", "*", "", "-a.example", "a..b"])(
    "cannot be %o",
    async (name) => {
      const diagnostic = { code: "TP3005", message: `"${name}" is not a hostname.` };
      await expect(createGateway({ apis, hostnames: [name] })).rejects.toMatchObject({ diagnostics: [diagnostic] });
    },
  );
});
