// Gateway processes on one Redis, under load for a while, one of them killed and started again: a table of what every key was admitted.
// Options: --seconds N (default 60), --rate N calls a second (default 2000), --replicas N (default 5), --keys N (default 4), --json.
import { parseArgs } from "node:util";
import { measureReplicas, replicaTable } from "../../e2e/replicas.mjs";
import { startRedis } from "../redis-server.mjs";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    rate: { type: "string", default: "2000" },
    replicas: { type: "string", default: "5" },
    keys: { type: "string", default: "4" },
    json: { type: "boolean", default: false },
  },
});
const [seconds, rate, replicas, keys] = [values.seconds, values.rate, values.replicas, values.keys].map(Number);
const server = await startRedis();
try {
  // Each key gets about twice what it is admitted.
  const share = rate / (2 * keys);
  const outcome = await measureReplicas({
    redis: server.url,
    ...{ replicas, rate, seconds, keys },
    ...{ limit: Math.ceil(share), period: 2, quota: Math.ceil((share * seconds) / 4) },
  });
  console.log(values.json ? JSON.stringify(outcome) : replicaTable(outcome));
  const sum = (part) => outcome.rows.reduce((total, row) => total + row[part], 0);
  if (outcome.rows.some(({ fullest, limit }) => fullest > limit)) process.exitCode = 1;
  if (sum("admitted") < 0.98 * sum("perfect")) process.exitCode = 1;
} finally {
  await server.stop();
}
