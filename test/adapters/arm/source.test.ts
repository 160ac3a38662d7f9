import { type ArmSourceOptions, armSource, loadArm, parseArmAddress } from "@turnpike/adapters/arm";
import { type ConfigurationInput, createGateway, createLiveGateway, Headers, type LiveGateway } from "@turnpike/core";
import { testClock } from "@turnpike/core/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { document, FakeArm, putApi } from "./fake-arm.js";

const TARGET = { subscription: "sub", resourceGroup: "group", service: "shop" };
const signal = new AbortController().signal;
let arm: FakeArm;
let live: LiveGateway | null = null;

beforeEach(async () => {
  arm = await new FakeArm().start();
});
afterEach(async () => {
  await live?.close();
  live = null;
  await arm.close();
});

const credential = { getToken: () => Promise.resolve({ token: "token-of-arm", expiresOnTimestamp: Number.MAX_SAFE_INTEGER }) };
const options = (more: ArmSourceOptions = {}): ArmSourceOptions => ({ credential, endpoint: arm.url, ...more });

async function ask(configuration: ConfigurationInput, path: string, headers: Record<string, string> = {}) {
  const gateway = await createGateway(configuration, { transport, lenient: true });
  const answer = await gateway.handle({ method: "GET", url: `https://gateway.example${path}`, headers });
  await gateway.close();
  return { status: answer.status, ran: answer.headers.getAll("x-ran").join(",") };
}

const transport = () => Promise.resolve({ status: 200, reason: "OK", headers: new Headers(), body: null });

describe("a running instance", () => {
  test("is read in less than 100 calls when it has 60 APIs, and costs one call while nothing has changed", async () => {
    for (let index = 0; index < 60; index++) putApi(arm, `api-${index}`, 5);
    arm.page = 25;
    const source = armSource(TARGET, options());
    const loaded = await source.read(signal);
    expect(arm.calls.length).toBeLessThan(100);
    expect(await ask(loaded!, "/api-59/4")).toEqual({ status: 200, ran: "api-59,api-59-4" });
    for (let look = 0; look < 3; look++) {
      arm.calls = [];
      expect(await source.read(signal)).toBeNull();
      expect(arm.calls).toEqual(["GET /subscriptions/sub/providers/Microsoft.Insights/eventtypes/management/values"]);
    }
  });

  test("has global, product, API and operation policies, fragments, revisions, versions and links", async () => {
    arm.put("policies/policy", {
      value: `<policies><inbound /><backend><forward-request /></backend><outbound><include-fragment fragment-id="said" /></outbound></policies>`,
    });
    arm.put("policyFragments/said", {
      value: `<fragment><set-header name="X-Ran" exists-action="append"><value>{{word}}</value></set-header></fragment>`,
    });
    arm.put("namedValues/w", { displayName: "word", value: "global" });
    putApi(arm, "orders", 1, { apiVersion: "v1", apiVersionSetId: "/x/apiVersionSets/set" });
    arm.put("apiVersionSets/set", { displayName: "Orders", versioningScheme: "Segment" });
    putApi(arm, "orders;rev=2", 1, { isCurrent: false, apiRevision: "2" });
    arm.put("products/open", { displayName: "Open", subscriptionRequired: false, state: "published" });
    arm.put("products/open/policies/policy", document("product"));
    arm.put("products/open/apis/orders", { displayName: "orders" });
    const loaded = await loadArm(TARGET, options());
    expect(await ask(loaded, "/orders/v1/0")).toEqual({ status: 200, ran: "global,product,orders,orders-0" });
    expect(await ask(loaded, "/orders/v1;rev=2/0")).toEqual({ status: 200, ran: "global,product,orders;rev=2,orders;rev=2-0" });
  });

  test("has workspaces with APIs of their own", async () => {
    arm.put("workspaces/team", { displayName: "Team" });
    arm.put("workspaces/team/apis/inner", {
      displayName: "inner",
      path: "inner",
      serviceUrl: "https://i.internal",
      subscriptionRequired: false,
    });
    arm.put("workspaces/team/apis/inner/operations/get", { displayName: "get", method: "GET", urlTemplate: "/" });
    arm.put("workspaces/team/policies/policy", document("team"));
    expect(await ask(await loadArm(TARGET, options()), "/inner")).toEqual({ status: 200, ran: "team" });
  });

  test("is read only as far as a gateway is associated with it", async () => {
    for (const id of ["near", "far"]) {
      putApi(arm, id, 1, { subscriptionRequired: true });
      arm.put(`products/${id}`, { displayName: id, subscriptionRequired: true });
      arm.put(`products/${id}/apis/${id}`, {});
      arm.put(`subscriptions/${id}`, { scope: `/x/products/${id}`, state: "active", $secret: { primaryKey: `key-${id}` } });
    }
    arm.put("gateways/dc1", { description: "here" });
    arm.put("gateways/dc1/apis/near", {});
    const loaded = await loadArm({ ...TARGET, gateway: "dc1" }, options({ secrets: true }));
    expect(await ask(loaded, "/near/0", { "Ocp-Apim-Subscription-Key": "key-near" })).toMatchObject({ status: 200 });
    expect(await ask(loaded, "/far/0", { "Ocp-Apim-Subscription-Key": "key-far" })).toMatchObject({ status: 404 });
    expect(arm.requests.filter((request) => /apis\/far\/|products\/far\/policies|subscriptions\/far/.test(request))).toEqual([]);
    await expect(loadArm({ ...TARGET, gateway: "dc2" }, options())).rejects.toThrow("There is no gateway dc2.");
  });
});

describe("secrets", () => {
  beforeEach(() => {
    putApi(arm, "orders", 1, { subscriptionRequired: true });
    arm.put("apis/orders/policies/policy", document("{{signing}}"));
    arm.put("namedValues/s", { displayName: "signing", secret: true, $secret: { value: "hush" } });
    arm.put("users/ann", { firstName: "Ann", lastName: "Lee", email: "ann@shop.example", state: "active" });
    arm.put("subscriptions/one", {
      scope: "/x/apis/orders",
      ownerId: "/users/ann",
      state: "active",
      $secret: { primaryKey: "key-1" },
    });
  });

  test("are asked for where that is allowed", async () => {
    const loaded = await loadArm(TARGET, options({ secrets: true }));
    const headers = { "Ocp-Apim-Subscription-Key": "key-1" };
    expect(await ask(loaded, "/orders/0", headers)).toEqual({ status: 200, ran: "hush,orders-0" });
    expect(loaded.diagnostics).toEqual([]);
  });

  test("are not asked for where it is not", async () => {
    const loaded = await loadArm(TARGET, options());
    expect(arm.requests.filter((request) => request.startsWith("POST"))).toEqual([]);
    expect(loaded.diagnostics.map(({ message }) => message)).toContain(
      "The named value signing has no value, as its secret is not in the folder.",
    );
  });

  test("that Azure refuses are told with their place", async () => {
    arm.canListSecrets = false;
    const loaded = await loadArm(TARGET, options({ secrets: true }));
    expect(loaded.diagnostics.map(({ file, message }) => `${file} ${message}`)).toEqual(
      expect.arrayContaining([
        "azure:/sub/group/shop/namedValues/s/namedValueInformation.json namedValues/s/listValue answered 403: it goes without.",
        "azure:/sub/group/shop/subscriptions/one/subscriptionInformation.json subscriptions/one/listSecrets answered 403: it goes without.",
      ]),
    );
  });
});

describe("Azure Resource Manager", () => {
  beforeEach(() => putApi(arm, "orders", 3));

  test.each([
    ["a call", "failures", { status: 429, headers: { "Retry-After": "7" } }, 7_000],
    ["a request among others", "inner", { status: 429, headers: { "Retry-After": "9" } }, 9_000],
    ["a failing call", "failures", { status: 503 }, 1_000],
    ["a failing request among others", "inner", { status: 503 }, 1_000],
  ] as const)("throttles %s: it is sent again when it may be", async (_, which, answer, pause) => {
    arm[which].push(answer);
    const waits: number[] = [];
    const clock = {
      now: () => Date.now(),
      setTimer(callback: () => void, ms: number) {
        if (ms < 60_000) {
          waits.push(ms);
          queueMicrotask(callback);
        }
        return () => undefined;
      },
    };
    const loaded = await loadArm(TARGET, options({ clock }));
    expect(waits).toEqual([pause]);
    expect(await ask(loaded, "/orders/2")).toEqual({ status: 200, ran: "orders,orders-2" });
  });

  test("that wants more time than can be waited for is told as such", async () => {
    arm.failures.push({ status: 429, headers: { "Retry-After": "3600" } });
    await expect(loadArm(TARGET, options())).rejects.toThrow(/answered 429 \(Failed\)\. It asks to wait for 3600 seconds\.$/);
  });

  test("that takes no requests together gets them one by one", async () => {
    arm.hasBatch = false;
    expect(await ask(await loadArm(TARGET, options()), "/orders/1")).toEqual({ status: 200, ran: "orders,orders-1" });
    expect(arm.calls.filter((call) => call === "POST /batch")).toHaveLength(1);
  });

  test.each([403, 400])("that refuses with %i is told, and not asked again and again", async (status) => {
    arm.hasBatch = false;
    arm.failures.push({ status: 404 }, { status });
    await expect(loadArm(TARGET, options())).rejects.toThrow(`answered ${status} (Failed).`);
  });

  test("that leads to another host does not get the token there", async () => {
    arm.page = 1;
    arm.url = arm.url.replace("127.0.0.1", "localhost");
    putApi(arm, "second", 1);
    await expect(loadArm(TARGET, options({ endpoint: arm.url.replace("localhost", "127.0.0.1") }))).rejects.toThrow(
      "Invalid nextLink",
    );
  });

  test("that gives a name which leads out of a folder is refused", async () => {
    arm.put("namedValues/..", { displayName: "x", value: "y" });
    await expect(loadArm(TARGET, options())).rejects.toThrow("Invalid name");
  });
});

describe("a change", () => {
  const base = Date.parse("2026-01-01T00:00:00Z");
  const at = (ms: number): string => new Date(base + ms).toISOString();

  test("comes into force at the next look, and the last good configuration stays while the instance is gone", async () => {
    const clock = testClock(base);
    putApi(arm, "orders", 1);
    live = await createLiveGateway(armSource(TARGET, options({ clock, batch: true })), {
      interval: Number.POSITIVE_INFINITY,
      transport,
    });
    const { gateway } = live;
    const ran = async (): Promise<string> =>
      (await gateway.handle({ method: "GET", url: "https://g.example/orders/0", headers: {} })).headers.getAll("x-ran").join(",");
    expect(await ran()).toBe("orders,orders-0");
    // Without a word in the log nothing is read.
    arm.put("apis/orders/policies/policy", document("changed"));
    await live.look();
    expect(await ran()).toBe("orders,orders-0");
    arm.put("apis/orders/policies/policy", document("changed"), at(1_000));
    await live.look();
    expect(await ran()).toBe("changed,orders-0");
    // What is broken is refused, what is gone is asked for again.
    arm.put("apis/orders/policies/policy", { value: "<policies><inbound><no-such /></inbound></policies>" }, at(2_000));
    await live.look();
    expect(live.status().problem?.diagnostics.length).toBeGreaterThan(0);
    expect(await ran()).toBe("changed,orders-0");
    arm.put("apis/orders/policies/policy", document("back"), at(3_000));
    for (let look = 0; look < 2; look++) {
      arm.failures.push({ status: 401 }, { status: 401 });
      await live.look();
      expect(live.status().problem?.message).toContain("answered 401");
      expect(await ran()).toBe("changed,orders-0");
    }
    await live.look();
    expect(live.status().problem).toBeNull();
    expect(await ran()).toBe("back,orders-0");
  });

  test("is found by reading all again after a while, where the log cannot be read", async () => {
    const clock = testClock(base);
    arm.hasLog = false;
    putApi(arm, "orders", 1);
    const source = armSource(TARGET, options({ clock }));
    const loaded = await source.read(signal);
    expect((loaded as { diagnostics: { message: string }[] }).diagnostics.map(({ message }) => message)).toContain(
      "The activity log cannot be read: changes are looked for every 600 seconds.",
    );
    arm.calls = [];
    expect(await source.read(signal)).toBeNull();
    expect(arm.calls).toEqual([]);
    await clock.advance(600_001);
    expect(await source.read(signal)).toBeNull();
    arm.put("apis/orders/policies/policy", document("later"));
    await clock.advance(600_001);
    expect(await ask((await source.read(signal))!, "/orders/0")).toMatchObject({ ran: "later,orders-0" });
  });
});

test.each([
  "azure://a/b",
  "azure://a/b/c/gateways",
  "azure://a/b/c/apis/x",
  "azure://a/b/..",
  "azure://a//c",
  "https://a/b/c",
  "azure://a/b/c?d",
])("the address %s is refused", (address) => {
  expect(() => parseArmAddress(address)).toThrow(`Invalid address '${address}': expected azure://`);
});

test("a token goes to https only", () => {
  expect(() => armSource(TARGET, { credential, endpoint: "http://management.example" })).toThrow("Invalid endpoint");
});
