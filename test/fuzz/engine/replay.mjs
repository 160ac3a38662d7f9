// What the campaigns have kept, run again: a test of a few seconds.
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { readCorpus, readFindings } from "./corpus.mjs";

/** The front ends by name. */
export const frontNames = readdirSync(fileURLToPath(new URL("../fronts/", import.meta.url)))
  .filter((name) => name.endsWith(".mjs"))
  .map((name) => name.slice(0, -4));

/**
 * Runs all that is kept of a front end, and some of what it begins with.
 * @returns how many inputs were run
 * @throws what the front end throws, with the input
 */
export async function replay(name) {
  const { front: definition } = await import(`../fronts/${name}.mjs`);
  const front = await definition.open();
  const seeds = [...definition.seeds()].slice(0, 20).map((one) => Buffer.from(one));
  const inputs = [...readFindings(name).map(({ bytes }) => bytes), ...readCorpus(name), ...seeds];
  try {
    for (const bytes of inputs)
      try {
        await front.run(bytes);
      } catch (error) {
        throw new Error(`${name} fails with ${JSON.stringify(bytes.toString("latin1").slice(0, 1_000))}: ${error.message}`, {
          cause: error,
        });
      }
  } finally {
    await front.close?.();
  }
  return inputs.length;
}
