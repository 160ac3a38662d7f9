import { defineConfig } from "vite";

/** The page becomes static files of @turnpike/adapters, whose `consoleHandler` serves them below whatever path it is mounted at. */
export default defineConfig({
  base: "./",
  publicDir: "public",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "../adapters/dist/console-page",
    emptyOutDir: true,
    target: "es2023",
    modulePreload: { polyfill: false },
    // A file for everything: the content security policy takes no data: addresses.
    assetsInlineLimit: 0,
  },
});
