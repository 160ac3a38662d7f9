// `npm test`: everything that a newcomer's machine must pass: install, build, format, lint, types, tests (the packed packages among them).
import { installAndBuild, pnpm } from "./pnpm.mjs";
import { hasRedis, provideRedis } from "./redis.mjs";

installAndBuild();
provideRedis();
pnpm("run", "check");
pnpm("run", "typecheck");
pnpm("exec", "vitest", "run", "--reporter=default", "--reporter=json", "--outputFile=test/.results.json");
if (!hasRedis())
  console.log("Green, but without Redis: the tests that start redis-server were skipped. Install it, and run again.");
