// One gateway process of the replica test: counts in the Redis that it is told, and says where it listens and what it has counted when.
import { once } from "node:events";
import { createServer } from "node:http";
import { turnpike } from "@turnpike/adapters/node";
import { redisStore } from "@turnpike/adapters/redis";
import { createGateway } from "@turnpike/core";

process.send("ready");
const [{ redis, limit, period, quota, quotaPeriod, quotaStart }] = await once(process, "message");
const api = (path, policy) => ({
  path,
  subscriptionRequired: false,
  operations: { all: { method: "GET", urlTemplate: "/*" } },
  policy: `<policies><inbound>${policy}<return-response /></inbound><backend /><outbound /><on-error /></policies>`,
});
const key = `counter-key="@(context.Request.OriginalUrl.Path)"`;
const store = redisStore({ url: redis, deadline: 2000, onUnavailable: "closed" });
let counted = [];
const counters = {
  async take(requests) {
    const sent = Date.now();
    const results = await store.counters.take(requests);
    // The key ends in the path, which is what its owner knows.
    counted.push([requests[0].key.replace(/^.*:/, ""), sent, Date.now(), results[0].admitted]);
    return results;
  },
};
const tell = () => {
  if (counted.length > 0 && process.connected) process.send({ counted });
  counted = [];
};
setInterval(tell, 10);
const gateway = await createGateway(
  {
    apis: {
      limit: api("limit", `<rate-limit-by-key calls="${limit}" renewal-period="${period}" ${key} />`),
      quota: api(
        "quota",
        `<quota-by-key calls="${quota}" renewal-period="${quotaPeriod}" first-period-start="${quotaStart}" ${key} />`,
      ),
    },
  },
  { store: { ...store, counters } },
);
const server = createServer(turnpike(gateway)).listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));
// Whoever started this is gone.
process.once("disconnect", () => process.exit());
