import { describe, expect, it } from "vitest";
import { buildConfiguration } from "#core/config/build/build.js";
import { LoadedConfiguration } from "#core/config/source.js";
import { AccessControl } from "#core/snapshot/access.js";

const built = buildConfiguration(
  LoadedConfiguration.fromObject(
    {
      apis: {
        locked: { path: "locked" },
        free: { path: "free", subscriptionRequired: false },
        opened: { path: "opened" },
        openedFree: { path: "opened-free", subscriptionRequired: false },
        lonely: { path: "lonely" },
      },
      products: {
        gold: { apis: ["locked", "free", "opened"] },
        open: { apis: ["opened", "openedFree"], subscriptionRequired: false },
      },
      users: { alice: { email: "a@example.org" }, mallory: { state: "blocked" } },
      subscriptions: {
        product: { scope: "product/gold", primaryKey: "p1", secondaryKey: "p2", user: "alice" },
        api: { scope: "api/locked", primaryKey: "a1" },
        all: { scope: "all", primaryKey: "all1" },
        other: { scope: "api/lonely", primaryKey: "o1" },
        late: { scope: "product/gold", primaryKey: "s1", state: "suspended" },
        blocked: { scope: "all", primaryKey: "b1", user: "mallory" },
      },
    },
    ".",
  ),
);
const { model, diagnostics } = built;
const access = new AccessControl(built);

const decide = (api: string, key: string | null): string => {
  const found = access.decide(model.apis.get(api)!, key);
  return found.isAllowed ? `${found.subscription?.id ?? "-"} ${found.product?.id ?? "-"} ${found.user?.id ?? "-"}` : found.reason;
};

describe("who may call, and as whom", () => {
  it.each([
    ["locked", "p1", "product gold alice"],
    ["locked", "p2", "product gold alice"],
    ["locked", "a1", "api - -"],
    ["locked", "all1", "all - -"],
    ["locked", "o1", "invalid"],
    ["locked", "s1", "invalid"],
    ["locked", "b1", "invalid"],
    ["locked", "guess", "invalid"],
    ["locked", null, "missing"],
    ["locked", "", "missing"],
    ["free", null, "- - -"],
    ["free", "guess", "- - -"],
    ["free", "o1", "- - -"],
    ["free", "p1", "product gold alice"],
    ["opened", null, "- open -"],
    ["opened", "guess", "- open -"],
    ["opened", "p1", "product gold alice"],
    ["opened", "o1", "invalid"],
    ["openedFree", "o1", "- open -"],
  ])("%s with %s: %s", (api, key, wanted) => {
    expect(decide(api, key)).toBe(wanted);
  });

  it("prints no keys", () => {
    expect(diagnostics).toEqual([]);
    expect(JSON.stringify([...model.subscriptions.values()])).not.toContain("p1");
  });
});
