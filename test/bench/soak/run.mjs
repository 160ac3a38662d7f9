// `pnpm bench soak [--minutes N] [--rate N] [--reloads N] [--json]`: a long time of mixed traffic with faults. Exits with 1 if anything was kept or lost.
import { parseArgs } from "node:util";
import { soak } from "./soak.mjs";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "20" },
    rate: { type: "string", default: "200" },
    reloads: { type: "string", default: "100" },
    json: { type: "boolean", default: false },
  },
});
const seconds = Number(values.minutes) * 60;
const result = await soak({
  seconds,
  // Until caches that are bounded are full, and the engine has compiled what it will.
  warmUp: Math.min(300, Math.max(10, seconds / 4)),
  rate: Number(values.rate),
  reloads: Number(values.reloads),
  tell: (line) => console.error(line),
});
if (values.json) console.log(JSON.stringify(result, null, 2));
else {
  const { calls, perSecond, answered, left, broken, sockets, statuses, reloads, before, after, growth, faults } = result;
  console.log(
    `${calls} calls, ${perSecond} a second: ${answered} answered, ${left} callers left, ${broken} cut off with their backend, ${sockets} WebSockets`,
  );
  console.log(
    `statuses: ${Object.entries(statuses)
      .map(([status, count]) => `${status} ${count}`)
      .join(", ")}; ${reloads} reloads`,
  );
  console.log(
    `heap: ${(before.heap / 1048576).toFixed(1)} MB before, ${(after.heap / 1048576).toFixed(1)} MB after, ${(growth * 100).toFixed(1)} %`,
  );
  console.log(`handles: ${JSON.stringify(before.handles)} before, ${JSON.stringify(after.handles)} after`);
  console.log(faults.length === 0 ? "Nothing kept, nothing lost." : faults.join("\n"));
}
process.exit(result.faults.length > 0 ? 1 : 0);
