import type { GatewayConfiguration } from "@turnpike/core";
import { compareConfigurations, explainConfiguration } from "@turnpike/core/tools";
import { describe, expect, it } from "vitest";
import { policies } from "../run/gateway.js";

const header = (name: string, value = "v"): string => `<set-header name="${name}"><value>${value}</value></set-header>`;
const api = (more: object = {}): NonNullable<GatewayConfiguration["apis"]>[string] => ({
  path: "a",
  serviceUrl: "https://a.internal",
  policy: policies({ inbound: `<base />${header("One")}${header("Two", "{{word}}")}<include-fragment fragment-id="edge" />` }),
  operations: { get: { method: "GET", urlTemplate: "/x" }, put: { method: "PUT", urlTemplate: "/x" } },
  ...more,
});
const base: GatewayConfiguration = {
  namedValues: { word: "old-word", key: { secret: true, value: "old-secret" } },
  fragments: { edge: `<fragment>${header("Edge")}</fragment>` },
  backends: {
    b: { url: "https://b.internal", credentials: { header: { K: "{{key}}" } } },
    other: { url: "https://other.internal" },
  },
  apis: { a: api() },
  products: { gold: { apis: ["a"] } },
};

/** What differs, a line each: `~ get`, then what. */
const differences = (after: GatewayConfiguration, before = base): string[] =>
  compareConfigurations(explainConfiguration(before), explainConfiguration(after)).flatMap((one) => [
    `${one.change} ${one.api} ${one.operation} ${one.method} ${one.url}`,
    ...[...one.route, ...one.backend].map((change) => `  ${change.name}: ${change.before} → ${change.after}`),
    ...one.pipelines.flatMap(({ products, changes }) => [
      `  for ${products.join(", ")}`,
      ...changes.map(
        ({ change, section, policy }) =>
          `    ${change} ${section} ${policy.name} ${policy.attributes["name"] ?? policy.text} ${policy.scope}`,
      ),
    ]),
  ]);

const both = (lines: readonly string[]): string[] =>
  ["get GET", "put PUT"].flatMap((one) => [`changed a;rev=1 ${one} /a/x`, ...lines]);

describe("what differs between two configurations", () => {
  it("nothing between two that are alike, however they are written", () => {
    expect(differences(base)).toEqual([]);
    const spaced = api({ policy: (api().policy as string).replaceAll("><", ">\n  <").replaceAll(' name="One"', ' name="One" ') });
    expect(differences({ ...base, apis: { a: spaced } })).toEqual([]);
    expect(
      differences({
        ...base,
        fragments: {},
        apis: { a: api({ policy: (api().policy as string).replace('<include-fragment fragment-id="edge" />', header("Edge")) }) },
      }),
    ).toEqual([]);
  });

  it.each<[string, GatewayConfiguration, string[]]>([
    [
      "a named value",
      { ...base, namedValues: { ...base.namedValues, word: "new-word" } },
      both(["  for , gold", "    removed inbound value old-word api", "    added inbound value new-word api"]),
    ],
    [
      "a fragment",
      { ...base, fragments: { edge: `<fragment>${header("Edge")}<trace source="s"><message>m</message></trace></fragment>` } },
      both(["  for , gold", "    added inbound trace null api", "    added inbound message m api"]),
    ],
    [
      "an outer scope",
      { ...base, policy: policies({ inbound: header("Global"), backend: "<forward-request />" }) },
      both(["  for , gold", "    added inbound set-header Global global", "    added inbound value v global"]),
    ],
    [
      "a product's policy, in its context only",
      { ...base, products: { gold: { apis: ["a"], policy: policies({ outbound: `<base />${header("Gold")}` }) } } },
      both(["  for gold", "    added outbound set-header Gold product", "    added outbound value v product"]),
    ],
    ["the hosts", { ...base, hostnames: ["b.example", "a.example"] }, both(["  hostnames: any → a.example, b.example"])],
    [
      "the address",
      { ...base, apis: { a: api({ serviceUrl: "https://new.internal" }) } },
      both(["  serviceUrl: https://a.internal/ → https://new.internal/"]),
    ],
    [
      "a path",
      { ...base, apis: { a: api({ path: "b" }) } },
      both(["  url: /a/x → /b/x"]).map((line) => line.replace(/ \/a\/x$/, " /b/x")),
    ],
    [
      "who may call",
      {
        ...base,
        apis: { a: api({ subscriptionRequired: false }) },
        products: { gold: { apis: ["a"], subscriptionRequired: false } },
      },
      both(["  subscription required: true → false", "  products: gold → gold (open)"]),
    ],
    [
      "a backend that nothing uses",
      { ...base, backends: { ...base.backends, other: { url: "https://elsewhere.internal" } } },
      [],
    ],
    [
      "operations",
      {
        ...base,
        apis: {
          a: api({ operations: { get: { method: "GET", urlTemplate: "/x" }, post: { method: "POST", urlTemplate: "/x" } } }),
        },
      },
      ["removed a;rev=1 put PUT /a/x", "added a;rev=1 post POST /a/x"],
    ],
    [
      "the current revision",
      { ...base, apis: { a: api({ revisions: { "2": { isCurrent: true } } }) } },
      [
        ...both(["  url: /a/x → /a;rev=1/x", "  current revision: true → false"]).map((line) =>
          line.replace(/ \/a\/x$/, " /a;rev=1/x"),
        ),
        "added a;rev=2 get GET /a/x",
        "added a;rev=2 put PUT /a/x",
      ],
    ],
  ])("%s", (_, after, wanted) => {
    // A line that tells of a change of the URL keeps both.
    const expected = wanted.map((line) => line.replace("url: /a/x → /a;rev=1/x → /a;rev=1/x", "url: /a/x → /a;rev=1/x"));
    expect(differences(after)).toEqual(expected);
  });

  it("a backend that a policy means, through a pool as well, without its credentials", () => {
    const using = (id: string): GatewayConfiguration => ({
      ...base,
      backends: { ...base.backends, pool: { pool: { services: [{ backend: "b" }] } } },
      apis: { a: api({ policy: policies({ inbound: `<base /><set-backend-service backend-id="${id}" />` }) }) },
    });
    for (const id of ["b", "pool"]) {
      const after = { ...using(id), namedValues: { ...base.namedValues, key: { secret: true, value: "new-secret" } } };
      const found = differences(after, using(id));
      expect(found).toEqual(both(["  backend b credentials: *** → ***"]));
    }
  });

  it("shows no secrets, and finds that they have changed", () => {
    const using: GatewayConfiguration = {
      ...base,
      apis: { a: api({ policy: policies({ inbound: `<base />${header("K", "Key {{key}}")}` }) }) },
    };
    const found = differences(
      { ...using, namedValues: { ...base.namedValues, key: { secret: true, value: "new-secret" } } },
      using,
    );
    expect(found.slice(1, 4)).toEqual([
      "  for , gold",
      "    removed inbound value Key *** api",
      "    added inbound value Key *** api",
    ]);
    expect(found.join()).not.toContain("secret");
  });

  it("tells what was moved, in long sections too", () => {
    const many = (count: number) => Array.from({ length: count }, (_, i) => header(`H-${i}`));
    const of = (list: string[]): GatewayConfiguration => ({
      ...base,
      apis: { a: api({ policy: policies({ inbound: list.join("") }) }) },
    });
    const moved = [...many(300)];
    moved.push(...moved.splice(10, 1));
    expect(differences(of(moved), of(many(300))).filter((line) => line.includes("set-header"))).toEqual(
      ["get", "put"].flatMap(() => ["    removed inbound set-header H-10 api", "    added inbound set-header H-10 api"]),
    );
    const other = differences(of(many(2_500).map((one) => one.replace("H-", "I-"))), of(many(2_500)));
    expect(other.filter((line) => line.includes("removed inbound set-header")).length).toBe(2 * 2_500);
  }, 60_000);
});
