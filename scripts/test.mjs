// `npm test`: everything that a newcomer's machine must pass: install, build, format, lint, types, and the tests, among them those of the packed packages.
import { installAndBuild, pnpm } from "./pnpm.mjs";
import { provideRedis } from "./redis.mjs";

installAndBuild();
provideRedis();
pnpm("run", "check");
pnpm("run", "typecheck");
pnpm("exec", "vitest", "run", "--reporter=default", "--reporter=json", "--outputFile=test/.results.json");
