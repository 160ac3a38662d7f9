import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (path: string) => fileURLToPath(new URL(`packages/${path}`, import.meta.url));

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

/** Tests run against the sources, so that a change needs no build; what is packed is tested apart. */
export default defineConfig({
  resolve: {
    alias: [
      { find: /^#(expressions|core|adapters)\/(.+)\.js$/, replacement: `${source("")}$1/src/$2.ts` },
      { find: /^@turnpike\/(expressions|core|adapters)$/, replacement: `${source("")}$1/src/index.ts` },
      { find: /^@turnpike\/core\/(adapter|tools)$/, replacement: `${source("")}core/src/$1.ts` },
      { find: /^@turnpike\/(expressions|core|adapters)\/(.+)$/, replacement: `${source("")}$1/src/$2/index.ts` },
    ],
  },
  test: {
    // Ends what hangs; a machine under load may take its time.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: "100%",
    projects: [
      // Files of a worker share their modules: nothing of Turnpike is global, and loading it for every file takes longer than most tests.
      { extends: true, test: { name: "shared", include: ["test/**/*.test.ts"], exclude: ALONE, isolate: false } },
      { extends: true, test: { name: "alone", include: ALONE } },
    ],
  },
});
