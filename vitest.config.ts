import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const packages = fileURLToPath(new URL("packages/", import.meta.url));

/** With TURNPIKE_DIST=1 tests run against what was built last, which loads in a fifth of the time; modules cannot be replaced there. */
const isBuilt = process.env["TURNPIKE_DIST"] === "1";
const [folder, ending] = isBuilt ? ["dist", "js"] : ["src", "ts"];

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

/** Tests run against the sources unless they are told otherwise, so that a change needs no build; what is packed is tested apart. */
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
