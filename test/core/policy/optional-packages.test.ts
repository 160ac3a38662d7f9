import { createGateway, definePolicy } from "@turnpike/core";
import { expect, it } from "vitest";

const taken: unknown[] = [];
const needy = (name: string) =>
  definePolicy({
    name: "needy",
    category: "logging",
    summary: "Asks for a package.",
    sections: ["inbound"],
    scopes: ["api"],
    attributes: {},
    children: {},
    packages: (configuration) => (configuration.schemas.size === 0 ? [name] : []),
    compile(_element, compiler) {
      taken.push(compiler.package(name));
      return () => "continue";
    },
  });
const configuration = (inner: string, schemas?: Record<string, string>) => ({
  ...(schemas === undefined ? {} : { schemas }),
  apis: { a: { path: "a", policy: `<policies><inbound>${inner}</inbound></policies>` } },
});
const gives = async (name: string, options: object = {}, schemas?: Record<string, string>): Promise<unknown> => {
  taken.length = 0;
  await createGateway(configuration("<needy />", schemas), { policies: [needy(name)], ...options });
  return taken[0];
};

it("gives a policy the package that it names", async () => {
  expect(await gives("graphql")).toHaveProperty("buildSchema");
});

it("gives null for a package that is not installed, or that the policy did not name", async () => {
  expect(await gives("turnpike-package-that-is-not-there")).toBeNull();
  expect(await gives("turnpike-package-that-is-not-there/part")).toBeNull();
  expect(await gives("@turnpike/not-there/part")).toBeNull();
  expect(await gives("graphql", {}, { some: "{}" })).toBeNull();
});

it("takes a package that is handed in for the one that is installed", async () => {
  const own = { buildSchema: () => null };
  expect(await gives("graphql", { packages: { graphql: own } })).toBe(own);
  expect(await gives("graphql", { packages: { graphql: null } })).toBeNull();
});

it("loads nothing for policies that no document names", async () => {
  await createGateway(configuration(""), { policies: [needy("./throws-when-it-is-loaded.mjs")] });
});

it("puts updates into force in the order in which they were asked for", async () => {
  const gateway = await createGateway(configuration(""), { policies: [needy("graphql")] });
  const named = (path: string, inner: string) => ({ apis: { a: { ...configuration(inner).apis.a, path } } });
  const updates = [
    gateway.update(named("first", "<needy />")),
    gateway.update(named("second", "<unknown />")),
    gateway.update(named("third", "")),
  ];
  expect((await Promise.allSettled(updates)).map((one) => one.status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(gateway.configuration.apis.get("a")!.path).toBe("third");
});
