import { readFileSync } from "node:fs";
import { loadApiOps } from "@turnpike/adapters/apiops";
import { expect, test } from "vitest";
import { artifactTypes, unaccounted } from "#adapters/apiops/properties.js";
import { api, findingsOf, info, write } from "./support.js";

const names = (file: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../conformance/names/${file}.json`, import.meta.url), "utf8"));

test("every type of artifact that apiops-cli knows is in the table", () => {
  expect(
    Object.keys(artifactTypes)
      .filter((type) => type !== "Workspace")
      .sort(),
  ).toEqual((names("artifacts") as string[]).sort());
});

test.each([
  ["API", "api"],
  ["version set", "versionSet"],
  ["operation", "operation"],
  ["product", "product"],
  ["subscription", "subscription"],
  ["group", "group"],
  ["named value", "namedValue"],
  ["backend", "backend"],
  ["policy fragment", "policyFragment"],
  ["schema", "schema"],
  ["logger", "logger"],
  ["GraphQL resolver", "resolver"],
  ["tag", "tag"],
  ["release", "release"],
  ["workspace", "workspace"],
])("of every property of a %s it is said what becomes of it", (entity, file) => {
  const properties = (names("entities") as Record<string, string[]>)[entity]!;
  expect(
    properties.filter((property) =>
      unaccounted(`${file}Information.json`, { [property]: {} }).some(({ why }) => why === "unknown"),
    ),
  ).toEqual([]);
});

test("a property that is not known, or has no effect here, is a warning with its place", () => {
  const folder = write({
    ...api("orders", { agent: { id: "a" }, description: "Fine", contact: null, madeUp: 1 }),
    "backends/b/backendInformation.json": info({
      url: "https://b.internal",
      urll: "https://c.internal",
      provisioningState: "Succeeded",
      credentials: { headers: { "X-A": ["1"] }, authorization: "Basic x" },
      pool: { services: [{ id: "/backends/c", wieght: 1 }] },
    }),
  });
  expect(findingsOf(folder).sort()).toEqual([
    "warning TP3012 apis/orders/apiInformation.json The property agent is not supported: it has no effect here.",
    "warning TP3012 apis/orders/apiInformation.json The property madeUp is not known: it is not used.",
    "warning TP3012 backends/b/backendInformation.json The property credentials.authorization has another form than expected: it is not used.",
    "warning TP3012 backends/b/backendInformation.json The property credentials.headers is not known: it is not used.",
    "warning TP3012 backends/b/backendInformation.json The property pool.services[0].wieght is not known: it is not used.",
    "warning TP3012 backends/b/backendInformation.json The property urll is not known: it is not used.",
  ]);
  const { line, column } = loadApiOps(folder).diagnostics.find(({ message }) => message.includes("urll"))!;
  expect([line, column]).toEqual([4, 5]);
});

test("failure responses of breakers and pools are read", () => {
  const failureResponse = { statusCode: 529 };
  const rule = {
    name: "r",
    failureCondition: { count: 1, interval: "PT1M", statusCodeRanges: [{ min: 500, max: 599 }] },
    tripDuration: "PT1M",
  };
  const folder = write({
    "backends/a/backendInformation.json": info({
      url: "https://a.internal",
      circuitBreaker: { rules: [{ ...rule, failureResponse }] },
    }),
    "backends/p/backendInformation.json": info({
      type: "Pool",
      pool: { services: [{ id: "/backends/a" }], failureResponse },
    }),
  });
  const { backends } = loadApiOps(folder).data;
  expect(backends).toMatchObject({
    a: { circuitBreaker: { rules: [{ failureResponse }] } },
    p: { pool: { services: [{ backend: "a" }], failureResponse } },
  });
});
