import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (path: string) => fileURLToPath(new URL(`packages/${path}`, import.meta.url));

/** Tests run against the sources, so that a change needs no build; what is packed is tested apart. */
export default defineConfig({
  resolve: {
    alias: [
      { find: /^@turnpike\/(expressions|core|adapters)$/, replacement: `${source("")}$1/src/index.ts` },
      { find: /^@turnpike\/(expressions|core|adapters)\/(.+)$/, replacement: `${source("")}$1/src/$2/index.ts` },
    ],
  },
  test: { include: ["test/**/*.test.ts"], testTimeout: 20_000 },
});
