import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { isFreshBuild } from "./test/fresh-build.js";

const packages = fileURLToPath(new URL("packages/", import.meta.url));

/** The folder of tests in which modules are replaced, which can be done with sources only. */
const REPLACING = "test/adapters/azure";

/** Is this a single run of files that are named, without coverage? */
function isOfNamedFiles([command, ...rest]: readonly string[]): boolean {
  const isPlain = command === "run" && !rest.some((argument) => /^(?:-w$|--watch|--coverage)/.test(argument));
  const files = rest.filter((argument) => argument.endsWith(".test.ts"));
  const replaces = (argument: string): boolean => argument.includes(REPLACING) || REPLACING.startsWith(argument);
  return isPlain && files.length > 0 && !rest.some(replaces);
}

/**
 * The start of a test is loading hundreds of modules, and what is built loads in a third of the time. So files that are named run against the last build
 * where it is that of the sources, to the letter. TURNPIKE_DIST=1: all tests do, and a build of other sources is an error. TURNPIKE_DIST=0: none does.
 */
function usesBuild(): boolean {
  const wanted = process.env["TURNPIKE_DIST"];
  if (wanted === "0" || (wanted !== "1" && !isOfNamedFiles(process.argv.slice(2)))) return false;
  const stale = ["expressions", "core", "adapters"].filter((name) => !isFreshBuild(packages + name));
  if (wanted === "1" && stale.length > 0)
    throw new Error(`The build of ${stale.join(" and ")} is of other sources: run 'pnpm build'.`);
  return stale.length === 0;
}

const [folder, ending] = usesBuild() ? ["dist", "js"] : ["src", "ts"];

/**
 * Tests that put other modules in the place of those that are loaded, that measure memory, or that compare .NET types member by member,
 * which takes the longer the more expressions have been compiled.
 */
const ALONE = [
  "test/adapters/azure/**/*.test.ts",
  "test/hostile/**/*.test.ts",
  "test/core/stores/memory-bounds.test.ts",
  "test/expressions/**/*.test.ts",
];

/** Tests run against the sources unless what is built is the same, so that a change needs no build; what is packed is tested apart. */
export default defineConfig({
  resolve: {
    alias: [
      { find: /^#(expressions|core|adapters)\/(.+)\.js$/, replacement: `${packages}$1/${folder}/$2.${ending}` },
      { find: /^@turnpike\/(expressions|core|adapters)$/, replacement: `${packages}$1/${folder}/index.${ending}` },
      { find: /^@turnpike\/core\/(adapter|tools)$/, replacement: `${packages}core/${folder}/$1.${ending}` },
      { find: /^@turnpike\/(expressions|core|adapters)\/(.+)$/, replacement: `${packages}$1/${folder}/$2/index.${ending}` },
    ],
  },
  test: {
    // What is compiled is kept by its contents: a file's test begins with loading hundreds of modules.
    experimental: { fsModuleCache: true },
    server: { deps: { external: [/\/packages\/\w+\/dist\//] } },
    // Ends what hangs; a machine under load may take its time.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 20_000 } },
    maxWorkers: "100%",
    projects: [
      // Files of a worker share their modules: nothing of Turnpike is global, and loading it for every file takes longer than most tests.
      { extends: true, test: { name: "shared", include: ["test/**/*.test.ts"], exclude: ALONE, isolate: false } },
      { extends: true, test: { name: "alone", include: ALONE } },
    ],
  },
});
