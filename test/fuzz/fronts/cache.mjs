import { createMemoryStore } from "@turnpike/core";
import { holds, same } from "../engine/finding.mjs";
import { standingClock, world } from "../engine/world.mjs";

/** Requests against cached responses and values, three bytes each: beside a model that knows what each caller may be given. */
export const front = {
  seeds: () => [
    Buffer.from([0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 1, 0]),
    Buffer.from(Array.from({ length: 60 }, (_, i) => (i * 53) & 255)),
    Buffer.from(Array.from({ length: 150 }, (_, i) => i & 15)),
  ],
  async open() {
    let served = 0;
    let answered = [];
    const clock = standingClock();
    let store = createMemoryStore({ clock });
    const delegating = {
      get cache() {
        return store.cache;
      },
      get counters() {
        return store.counters;
      },
    };
    const { send } = await world({
      sections: {
        inbound: `<cache-lookup vary-by-developer="false" vary-by-developer-groups="false"><vary-by-header>X-Tenant</vary-by-header><vary-by-query-parameter>q</vary-by-query-parameter></cache-lookup>`,
        outbound: `<cache-store duration="10" />`,
      },
      answer: () => ({ headers: answered, body: Buffer.from(`answer ${++served}`) }),
      gateway: { store: delegating, clock },
    });
    return {
      async run(bytes) {
        store = createMemoryStore({ clock });
        served = 0;
        const model = new Map();
        for (let at = 0; at + 2 < Math.min(bytes.length, 240); at += 3) {
          const [who, what, gap] = [bytes[at], bytes[at + 1], bytes[at + 2]];
          clock.advance(gap < 128 ? gap : gap * 50);
          const method = (what & 8) !== 0 ? "POST" : "GET";
          const tenant = ["a", "b", "a,b", "", null][who % 5];
          const headers = [
            ...(tenant === null
              ? []
              : tenant === "a,b"
                ? [
                    ["X-Tenant", "a"],
                    ["X-Tenant", "b"],
                  ]
                : [["X-Tenant", tenant]]),
            ...((what & 16) !== 0 ? [["Authorization", "Bearer x"]] : []),
          ];
          const query = ["", "?q=1", "?q=1&q=2", "?q=1%262", "?Q=1", "?other=1", "?q"][what & (7 % 7)] ?? "";
          answered = (who & 32) !== 0 ? [["Set-Cookie", "a=b"]] : (who & 64) !== 0 ? [["Cache-Control", "private"]] : [];
          const path = ["/x", "/x/", "/X", "/x%2f"][(who >> 3) & 3];
          const before = served;
          const { status, body } = await send({ method, url: `http://gateway.example/a${path}${query}`, headers }, "");
          same(status, 200, "the status");
          const key = JSON.stringify([
            path,
            [...new URLSearchParams(query)].filter(([name]) => name.toLowerCase() === "q").map(([, value]) => value),
            tenant,
          ]);
          const takesPart = method === "GET" && (what & 16) === 0;
          const kept = model.get(key);
          const text = body.toString();
          if (served === before) {
            holds(
              takesPart && kept !== undefined && kept.text === text,
              "open",
              `${key} was given ${text}, which is ${JSON.stringify(kept)} at call ${at / 3}`,
            );
            holds(clock.now() < kept.until, "differs", `${key} was given what has ended, at call ${at / 3}`);
          } else {
            same(text, `answer ${served}`, "the answer");
            if (takesPart) model.set(key, { text, until: clock.now() + 10_000 });
          }
        }
      },
    };
  },
};
