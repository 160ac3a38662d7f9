import { posix } from "node:path";
import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { main, type Output } from "#adapters/cli/index.js";
import { callsIn, codeOf, exists, pages, pathsIn, read, scriptsIn } from "./documents.js";
import { importsOf } from "./imports.js";

const all = pages();
const names = ["expressions", "core", "adapters"] as const;

interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly scripts?: Readonly<Record<string, string>>;
}
const manifest = (path: string): Manifest => JSON.parse(read(path)) as Manifest;

/** Everything that users can import. */
const entries = names.flatMap((name) => {
  const { name: full, exports } = manifest(`packages/${name}/package.json`);
  return Object.keys(exports).map((path) => full + path.slice(1));
});

/** What `turnpike` prints when it is called like this. */
async function printed(...args: readonly string[]): Promise<string> {
  const lines: string[] = [];
  const stream = new PassThrough() as unknown as NodeJS.WriteStream;
  const output: Output = {
    stdout: stream,
    stderr: stream,
    print: (line) => void lines.push(line),
    complain: (line) => void lines.push(line),
  };
  await main(args, output);
  return lines.join("\n");
}

const optionsOf = (help: string): string[] => [...help.matchAll(/^ +(?:-\w, )? *--([a-z-]+)/gm)].map(([, name]) => name!);

const commands = new Map<string, readonly string[]>();
for (const [, command] of (await printed("--help")).matchAll(/^ {2}([a-z-]+) {2,}\S/gm))
  commands.set(command!, optionsOf(await printed(command!, "--help")));

describe.each(all.map(({ path, text }) => [path, text] as const))("%s", (path, text) => {
  const code = codeOf(text);

  it("names paths that are there", () => {
    expect(code.flatMap(pathsIn).filter((path) => !exists(path))).toEqual([]);
  });

  it("links to files that are there", () => {
    const links = [...text.matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)/g)].map(([, link]) => link!);
    expect(links.filter((link) => !exists(posix.join(posix.dirname(path), link)))).toEqual([]);
  });

  it("names packages that can be imported", () => {
    const named = [...text.matchAll(/@turnpike\/[a-z]+(?:\/[a-z-]+)*(?:\.json)?/g)].map(([name]) => name);
    const isThere = (specifier: string): boolean =>
      specifier.endsWith(".json")
        ? exists(specifier.replace("@turnpike/", "packages/"))
        : entries.includes(specifier) || specifier === "@turnpike/adapters";
    expect(named.filter((specifier) => !isThere(specifier))).toEqual([]);
  });

  it("calls commands with options that they have", () => {
    const wrong = code.flatMap(callsIn).flatMap(({ command, options }) => {
      if (command.startsWith("--")) return [];
      const known = commands.get(command);
      if (known === undefined) return [`turnpike ${command}`];
      return options.filter((option) => !known.includes(option)).map((option) => `turnpike ${command} --${option}`);
    });
    expect(wrong).toEqual([]);
  });

  it("runs scripts that are there", () => {
    const known = ["add", "ci", "dlx", "exec", "i", "init", "install", "run", ...Object.keys(manifest("package.json").scripts!)];
    expect(code.flatMap(scriptsIn).filter((script) => !known.includes(script))).toEqual([]);
  });

  it("imports names that their packages have", async () => {
    const blocks = [...text.matchAll(/^( *)```(?:ts|js)[^\n]*\n(.*?)^\1```/gms)].map(([, , block]) => block!);
    for (const block of blocks)
      for (const specifier of importsOf("block.ts", block).filter((name) => name.startsWith("@turnpike/"))) {
        const wanted = [...block.matchAll(/import \{([^}]*)\} from "([^"]+)"/g)].filter(([, , from]) => from === specifier);
        const given = Object.keys((await import(/* @vite-ignore */ specifier)) as object);
        const values = wanted
          .flatMap(([, list]) => list!.split(",").map((part) => part.trim()))
          .filter((name) => !/^type |^$/.test(name));
        expect(values.filter((value) => !given.includes(value.split(" as ")[0]!))).toEqual([]);
      }
  });
});

it("the command has the options that its help shows", () => {
  expect([...commands.keys()]).toEqual(expect.arrayContaining(["run", "check", "test"]));
  for (const options of commands.values()) expect(options).toEqual(expect.arrayContaining(["json", "help"]));
});

describe("the reading of pages", () => {
  it.each([
    ["`packages/core/src/` and `test/no/such.ts`", ["packages/core/src/", "test/no/such.ts"]],
    ["```sh\nnode scripts/start.mjs\n```", ["scripts/start.mjs"]],
    ["`https://example.org/docs/x` and `./test/y`", []],
  ])("finds the paths of %j", (text, wanted) => {
    expect(codeOf(text).flatMap(pathsIn)).toEqual(wanted);
  });

  it.each([
    ["`turnpike run FILE --port 8080 [--watch]`", [{ command: "run", options: ["port", "watch"] }]],
    ["```sh\nnpx turnpike check policies/ --format xml\n```", [{ command: "check", options: ["format"] }]],
    ["`turnpike COMMAND` and `@turnpike/core`", []],
  ])("finds the calls of %j", (text, wanted) => {
    expect(codeOf(text).flatMap(callsIn)).toEqual(wanted);
  });

  it("finds the scripts that a page runs", () => {
    expect(codeOf("`npx pnpm@10.34.9 run build`, `npm test`").flatMap(scriptsIn)).toEqual(["build", "test"]);
  });
});
