import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadApiOps } from "@turnpike/adapters/apiops";
import { beforeAll, describe, expect, it } from "vitest";
import { writeFolder } from "../../bench/apiops/folder.mjs";
import { serve } from "./support.js";

describe("a folder with 60 APIs, 2,000 operations, 300 policies and every kind of entity", () => {
  const folder = mkdtempSync(join(tmpdir(), "turnpike-apiops-"));
  let served: Awaited<ReturnType<typeof serve>>;

  beforeAll(async () => {
    writeFolder(folder, { apis: 60, operations: 2_000, policies: 300 });
    served = await serve(folder);
  }, 60_000);

  it("is whole", () => {
    const { configuration, diagnostics } = served.gateway;
    const inner = configuration.workspaces.get("sales")!;
    const current = [...inner.apis.values()].filter((api) => api.isCurrentRevision);
    expect(current).toHaveLength(60);
    expect(current.reduce((sum, one) => sum + one.operations.length, 0)).toBe(2_000);
    expect([...configuration.products.keys()]).toEqual(["older", "starter"]);
    expect(configuration.products.get("older")!.apis).toEqual(configuration.products.get("starter")!.apis);
    expect(configuration.products.get("starter")!.groups).toEqual([{ id: "partners", name: "Partners" }]);
    expect([...configuration.loggers.keys()]).toEqual(["hub", "insights"]);
    expect(configuration.schemas.get("order")!.text).toBe('{"type":"object"}');
    expect(configuration.backends.get("pool")!.pool!.services.map((service) => service.backend)).toEqual([
      "backend-0",
      "backend-1",
    ]);
    expect(configuration.namedValues.get("value-0")).toMatchObject({ secret: true });
    expect(diagnostics.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^The APIs api-10, .* and 16 more ask for a subscription key, and no subscription opens them/),
    ]);
  });

  it.each([
    ["/versioned/v1/things-0/1", "key-of-first", 200, "product,api-0,operation-0", "https://service-0.internal/api/things-0/1"],
    ["/versioned/v1/things-0/1", null, 401, "", null],
    ["/versioned/things-0/1", "key-of-first", 404, "", null],
    [
      "/dated/things-0/1?api-version=2026-01-01",
      null,
      200,
      "api-1,operation-0",
      "https://service-1.internal/api/things-0/1?api-version=2026-01-01",
    ],
    ["/dated/things-0/1", null, 404, "", null],
    ["/area-2/api-2/things-5/1", "key-of-first", 200, "product,api-2", "https://service-2.internal/api/things-5/1"],
    ["/area-2/api-2;rev=2/things-2/1", "key-of-first", 200, "product", "https://next.internal/things-2/1"],
    ["/area-2/api-2;rev=2/things-5/1", "key-of-first", 404, "", null],
    ["/area-3/api-59/things-0/1", null, 200, "workspace,api-59,operation-0", "https://service-59.internal/api/things-0/1"],
  ])("%s with %s answers %i", async (path, key, status, ran, sent) => {
    const answer = await served.call(path, key === null ? {} : { "Ocp-Apim-Subscription-Key": key });
    expect(answer).toMatchObject({ status, ran, sent });
  });

  it("serves as one of its gateways what is linked to it", async () => {
    const edge = await serve(folder, { additions: { gateway: "edge" } });
    const key = { "Ocp-Apim-Subscription-Key": "key-of-first" };
    expect((await edge.call("/area-2/api-2/things-5/1", key)).status).toBe(200);
    expect((await edge.call("/dated/things-0/1?api-version=2026-01-01")).status).toBe(404);
  });

  it("can be read again for an update", async () => {
    await served.gateway.update(loadApiOps(folder));
    expect((await served.call("/versioned/v1/things-0/1", { "Ocp-Apim-Subscription-Key": "key-of-first" })).status).toBe(200);
  });
});
