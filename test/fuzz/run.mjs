// `pnpm fuzz [--minutes N] [--front a,b] [--seed S] [--json] [--dry]`: hostile inputs for every front end, changed by chance and guided by coverage.
// See README.md beside this file.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { runCampaign } from "./engine/campaign.mjs";
import { confirmSlow, MOST_TIME, timed } from "./engine/resources.mjs";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "5" },
    front: { type: "string" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    json: { type: "boolean", default: false },
    dry: { type: "boolean", default: false },
    unguided: { type: "boolean", default: false },
    replay: { type: "string" },
  },
});
const known = readdirSync(fileURLToPath(new URL("./fronts/", import.meta.url)))
  .filter((name) => name.endsWith(".mjs"))
  .map((name) => name.slice(0, -4));
const fronts = values.front === undefined ? known : values.front.split(",");
const unknown = fronts.filter((name) => !known.includes(name));
if (unknown.length > 0) fail(`Unknown front end: ${unknown.join(", ")}. Known: ${known.join(", ")}.`);
if (!(Number(values.minutes) > 0)) fail("--minutes takes a number above 0.");
if (!/^\d+$/.test(values.seed)) fail("--seed takes a whole number.");

if (values.replay !== undefined) await replay();
else await campaign();

async function campaign() {
  const results = await runCampaign(
    {
      fronts,
      milliseconds: Number(values.minutes) * 60_000,
      seed: Number(values.seed),
      isGuided: !values.unguided,
      isKept: !values.dry,
    },
    (line) => console.error(line),
  );
  const rows = [...results].map(([name, { runs, milliseconds, processorTime, coverageTime, blocks, findings }]) => ({
    front: name,
    inputs: runs,
    perSecond: Math.round(runs / Math.max(0.001, milliseconds / 1000)),
    /** Microseconds of processor time an input, coverage included. */
    cost: Math.round((processorTime * 1000) / Math.max(1, runs)),
    blocks,
    coverageShare: Number((coverageTime / Math.max(1, milliseconds)).toFixed(3)),
    findings,
  }));
  const total = rows.reduce((sum, { inputs }) => sum + inputs, 0);
  if (values.json) console.log(JSON.stringify({ seed: Number(values.seed), total, fronts: rows }, null, 2));
  else {
    for (const { front, inputs, perSecond, cost, blocks, findings } of rows) {
      console.log(
        `${front.padEnd(12)} ${String(inputs).padStart(9)} inputs ${String(perSecond).padStart(7)}/s ${String(cost).padStart(7)} us ${String(blocks).padStart(6)} blocks ${findings.length} findings`,
      );
      for (const { message, file, input } of findings)
        console.log(`    ${message}\n      ${file ?? JSON.stringify(input.slice(0, 200))}`);
    }
    console.log(`${total} inputs, seed ${values.seed}.`);
  }
  process.exit(rows.some(({ findings }) => findings.length > 0) ? 1 : 0);
}

/** One input from a file, with all that comes of it. */
async function replay() {
  if (values.front === undefined || fronts.length !== 1) fail("--replay needs one --front.");
  const { front: definition } = await import(`./fronts/${fronts[0]}.mjs`);
  const front = await definition.open();
  const bytes = readFileSync(values.replay);
  await timed(front, bytes);
  console.log(`${(await timed(front, bytes)).toFixed(2)} ms the second time`);
  await confirmSlow(front, bytes);
  console.log(`Nothing found: less than ${MOST_TIME} ms of processor time, and as it should be.`);
  await front.close?.();
}

function fail(message) {
  console.error(message);
  process.exit(2);
}
