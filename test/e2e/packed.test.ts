import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { builtConsolePage } from "../console-page.js";
import { install, lend, type Manifest, manifestIn, repository, run, succeed, whileServing } from "./packed/project.js";

// Other programs do the work, and other tests run beside them.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 });

/** The packages in the form in which users get them, and three projects of users: without a framework, with Express, with Fastify. */
const names = ["expressions", "core", "adapters"];
const folder = mkdtempSync(join(tmpdir(), "turnpike-packed-"));
const consumers = join(repository, "test/e2e/packed/consumers");
const readme = readFileSync(join(repository, "README.md"), "utf8");
let tarballs: string[] = [];
const alone = join(folder, "alone");
const withExpress = join(folder, "express");
const withFastify = join(folder, "fastify");

beforeAll(async () => {
  await tool("tsc", "-b");
  await builtConsolePage();
  await succeed(
    repository,
    "npx",
    ...["--yes", manifestIn(repository).packageManager!, "--recursive", "--filter", "./packages/*", "pack"],
    ...["--pack-destination", folder],
  );
  tarballs = names.map((name) => join(folder, readdirSync(folder).find((file) => file.startsWith(`turnpike-${name}-`))!));
  await install(alone, ...tarballs);
  for (const project of [withExpress, withFastify]) cpSync(alone, project, { recursive: true, verbatimSymlinks: true });
  await Promise.all([install(withExpress, "express@5", "@types/express@5"), install(withFastify, "fastify@5")]);
  for (const project of [alone, withFastify]) lend(project, "@types/node");
  lend(alone, "vitest");
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a development tool of the repository's. */
const tool = (name: string, ...args: readonly string[]): Promise<string> =>
  succeed(repository, join(repository, "node_modules/.bin", name), ...args);

const installed = (project: string, name: string): string => join(project, "node_modules", name);

const manifests = (): Manifest[] => names.map((name) => manifestIn(installed(alone, `@turnpike/${name}`)));

/** Everything that can be imported. */
const entries = (): string[] =>
  manifests().flatMap(({ name, exports }) =>
    Object.keys(exports)
      .filter((path) => path !== "./package.json" && path !== "./schemas/*")
      .map((path) => name + path.slice(1)),
  );

describe("the tarballs", () => {
  it.each([0, 1, 2])("pass publint and attw", async (index) => {
    await tool("publint", "--strict", tarballs[index]!);
    await tool("attw", "--profile", "esm-only", "--format", "ascii", "--no-emoji", "--no-color", tarballs[index]!);
  });

  it.each(names)("of %s hold what is needed and no more", (name) => {
    const root = installed(alone, `@turnpike/${name}`);
    const top = readdirSync(root).sort();
    const more = name === "adapters" ? ["bin"] : name === "core" ? ["schemas"] : [];
    expect(top).toEqual(["LICENSE", ...more, "dist", "package.json"].sort());
    const files = readdirSync(join(root, "dist"), { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
    const page = /console-page(?:\/assets)?$/;
    const isExpected = (file: (typeof files)[number]): boolean =>
      (page.test(file.parentPath) ? /\.(html|css|js|svg)$/ : /\.(js|js\.map|d\.ts)$/).test(file.name);
    expect(files.filter((file) => !isExpected(file)).map(({ name: found }) => found)).toEqual([]);
    expect(files.some(({ parentPath }) => page.test(parentPath))).toBe(name === "adapters");
    const own = Object.entries(manifestIn(root).dependencies ?? {}).filter(([one]) => one.startsWith("@turnpike/"));
    for (const [, version] of own) expect(version).toBe(manifestIn(root).version);
  });

  it.each(names)("of %s carry the sources in their maps", (name) => {
    const dist = join(installed(alone, `@turnpike/${name}`), "dist");
    const maps = readdirSync(dist, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".js.map"));
    expect(maps.length).toBeGreaterThan(10);
    for (const file of maps) {
      const { sources, sourcesContent } = JSON.parse(readFileSync(join(dist, file), "utf8")) as Record<string, unknown[]>;
      expect(sourcesContent, file).toHaveLength(sources!.length);
    }
  });
});

describe("a project without frameworks", () => {
  it("gets no optional peer", () => {
    const peers = manifests().flatMap(({ peerDependencies = {} }) => Object.keys(peerDependencies));
    expect(peers).toEqual(expect.arrayContaining(["express", "fastify", "ioredis", "redis", "graphql"]));
    expect(peers.filter((name) => existsSync(installed(alone, name)))).toEqual([]);
  });

  it("imports and requires every entry, and both give the same", async () => {
    expect(entries()).toEqual(
      expect.arrayContaining([
        "@turnpike/core",
        "@turnpike/core/adapter",
        "@turnpike/core/tools",
        "@turnpike/core/testing",
        "@turnpike/adapters/fastify",
      ]),
    );
    const script = `
      const { createRequire } = await import("node:module");
      const require = createRequire(import.meta.url);
      for (const name of ${JSON.stringify(entries())}) {
        const required = require(name);
        const imported = await import(name);
        const values = Object.keys(imported);
        if (values.length === 0) throw new Error(name + " exports nothing.");
        for (const one of values) if (required[one] !== imported[one]) throw new Error(name + ": there are two of " + one);
        console.log(name);
      }`;
    writeFileSync(join(alone, "imports.mjs"), script);
    expect((await succeed(alone, "node", "--no-warnings", "imports.mjs")).trim().split("\n")).toEqual(entries());
  });

  it("runs in CommonJS", async () => {
    const script = `
      const { createGateway } = require("@turnpike/core");
      const { turnpike } = require("@turnpike/adapters/fetch");
      const policy = '<policies><inbound><return-response><set-status code="418" /></return-response></inbound></policies>';
      createGateway({ policy, apis: { tea: { path: "", subscriptionRequired: false, operations: { all: { method: "GET", urlTemplate: "/*" } } } } })
        .then((gateway) => turnpike(gateway)(new Request("http://host/tea")))
        .then((response) => console.log(response.status));`;
    writeFileSync(join(alone, "service.cjs"), script);
    expect(await succeed(alone, "node", "--no-warnings", "service.cjs")).toBe("418\n");
  });

  it("is told what Redis needs when it asks for Redis, not before", async () => {
    const script = `
      import { redisStore } from "@turnpike/adapters/redis";
      try { redisStore({ url: "redis://127.0.0.1:6379" }) } catch (error) { console.log(error.message) }`;
    writeFileSync(join(alone, "redis.mjs"), script);
    expect(await succeed(alone, "node", "redis.mjs")).toBe(
      "redisStore: `url` needs one of the packages ioredis and redis: npm install ioredis\n",
    );
  });

  it("runs the README's policy under test", async () => {
    cpSync(join(repository, "sample/policies"), join(alone, "sample/policies"), { recursive: true });
    const [code] = codeBlocks("vitest");
    writeFileSync(join(alone, "readme.test.js"), code!);
    const output = await succeed(alone, "node", "node_modules/vitest/vitest.mjs", "run", "--root", ".", "--no-color");
    expect(output).toMatch(/Tests +1 passed/);
  });

  it("runs the README's service", async () => {
    writeGateway();
    const [code] = codeBlocks("createServer");
    expect(code).toContain(".listen(8080);");
    const start = code!.replace(
      ".listen(8080);",
      `.listen(0, "127.0.0.1", function () { console.log("port " + this.address().port) });`,
    );
    writeFileSync(join(alone, "service.mjs"), start);
    expect(await whileServing(alone, ["node", "service.mjs"], /^port (\d+)$/m, answerAt)).toBe("200 hello");
  });

  it("runs the README's command", async () => {
    writeGateway();
    expect(readme).toContain("npx turnpike run gateway.yaml --port 8080");
    const command = ["npx", "turnpike", "run", "gateway.yaml", "--port", "0"] as const;
    expect(await whileServing(alone, command, /on http:\/\/127\.0\.0\.1:(\d+)/, answerAt)).toBe("200 hello");
  });

  it("has the command", async () => {
    expect(await succeed(alone, "npx", "turnpike", "--version")).toBe(`${manifests()[0]!.version}\n`);
    writeFileSync(join(alone, "good.xml"), "<policies><inbound><base /></inbound></policies>");
    writeFileSync(join(alone, "bad.xml"), "<policies>\n  <inbound><set-heder /></inbound>\n</policies>");
    const command = join(alone, "node_modules/.bin/turnpike");
    expect((await run(alone, command, "check", "good.xml")).code).toBe(0);
    const linted = await run(alone, command, "lint", "good.xml");
    expect(linted.output.match(/slow-pattern is not judged: the package 'recheck' is not installed/g)).toHaveLength(1);
    const { code, output } = await run(alone, command, "check", "bad.xml");
    expect(code).toBe(1);
    expect(output).toContain("bad.xml:2:12 error");
  });
});

describe("consumers in TypeScript", () => {
  beforeAll(async () => {
    const sources = [
      [alone, "alone.mts"],
      [alone, "alone.cts"],
      [withExpress, "express.mts"],
      [withFastify, "fastify.mts"],
    ] as const;
    for (const [project, file] of sources) cpSync(join(consumers, file), join(project, file));
    // Everything is checked, the declarations of all packages included.
    const options = ["--strict", "--module", "nodenext", "--target", "es2023", "--types", "node", "--exactOptionalPropertyTypes"];
    await tool("tsc", "--ignoreConfig", ...options, ...sources.map(([project, file]) => join(project, file)));
  });

  it.each(["mjs", "cjs"])("compile without a framework, and load as .%s", async (ending) => {
    await succeed(alone, "node", "--no-warnings", `alone.${ending}`);
  });

  it.each([
    ["Express", withExpress, "express.mjs", ["fastify", "ioredis", "redis"]],
    ["Fastify", withFastify, "fastify.mjs", ["express", "ioredis", "redis"]],
  ] as const)("compile and run with %s, and get nothing of the others", async (_, project, file, others) => {
    const command = ["node", file] as const;
    const answer = await whileServing(project, command, /^port (\d+)$/m, async (port) =>
      (await fetch(`http://127.0.0.1:${port}/api/7`)).json(),
    );
    expect(answer).toEqual({ id: "7", operation: "all" });
    expect(others.filter((name) => existsSync(installed(project, name)))).toEqual([]);
  });
});

/** The README's TypeScript examples that speak of something. */
function codeBlocks(word: string): string[] {
  return [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code!).filter((code) => code.includes(word));
}

function writeGateway(): void {
  const policy = "<policies><inbound><return-response><set-body>hello</set-body></return-response></inbound></policies>";
  const operations = "{ all: { method: GET, urlTemplate: /* } }";
  writeFileSync(
    join(alone, "gateway.yaml"),
    `apis: { hello: { path: "", subscriptionRequired: false, policy: "${policy}", operations: ${operations} } }\n`,
  );
}

async function answerAt(port: string): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/anything`);
  return `${response.status} ${await response.text()}`;
}
