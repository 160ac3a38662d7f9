// `npm test`: everything that a newcomer's machine must pass: install, build, format, lint, types, tests (the packed packages among them).
import { has, provide } from "./debian.mjs";
import { installAndBuild, pnpm } from "./pnpm.mjs";

/** What some tests start. */
const programs = ["redis-server", "chromium", "openssl", "curl"];

installAndBuild();
for (const name of programs) provide(name);
pnpm("run", "check");
pnpm("run", "typecheck");
pnpm("exec", "vitest", "run", "--reporter=default", "--reporter=json", "--outputFile=test/.results.json");
const missing = programs.filter((name) => !has(name));
if (missing.length > 0)
  console.log(
    `Green, but without ${missing.join(" and ")}: the tests that start them were skipped. Install them, and run again.`,
  );
