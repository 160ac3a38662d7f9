import { builtInPolicies } from "@turnpike/core/tools";
import { describe, expect, it } from "vitest";
import { read } from "./documents.js";
import { sourceFiles } from "./imports.js";

const core = sourceFiles("core");
const importersOf = (file: string, files = core): string[] =>
  files.filter((other) => other.files.includes(file)).map((file) => file.name);

/** The changes that CONTRIBUTING describes touch the files that it names, as these facts stand in one place. */
describe("a change of this kind touches one place:", () => {
  it.each(builtInPolicies.map(({ name }) => name))("an attribute of %s, as only policies know its file", (name) => {
    const file = core.find((source) => source.name.startsWith("policies/") && source.name.endsWith(`/${name}`))!;
    const importers = importersOf(file.name);
    expect(importers).toContain("policies/index");
    expect(importers.filter((importer) => !importer.startsWith("policies/"))).toEqual([]);
  });

  it("a store, as the rest of core knows the interface and only the gateway makes one by itself", () => {
    const makers = core
      .filter(({ name }) => !name.startsWith("stores/"))
      .filter(({ files }) => files.some((file) => file.startsWith("stores/memory")))
      .map(({ name }) => name);
    expect(makers.sort()).toEqual(["gateway", "index", "testing/world"]);
  });

  const adapters = sourceFiles("adapters");
  const commands = adapters.map(({ name }) => name).filter((name) => name.startsWith("cli/commands/"));
  it.each(commands)("%s, as the list of commands alone names it, in one entry", (name) => {
    const command = `${name.slice("cli/commands/".length).replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())}Command`;
    expect(read("packages/adapters/src/cli/commands.ts").split(`.${command},`)).toHaveLength(2);
    expect(importersOf(name, adapters).filter((importer) => !importer.startsWith("cli/"))).toEqual([]);
  });

  it("a span round each policy, as one file runs the policies of documents and traces them", () => {
    const runners = core
      .filter(({ name }) => /\bobserver!?\.enter\(/.test(read(`packages/core/src/${name}.ts`)))
      .map(({ name }) => name);
    expect(runners).toEqual(["policy/observed"]);
    expect(importersOf("policy/observed").filter((importer) => importer.startsWith("compile/"))).toEqual(["compile/block"]);
  });
});
