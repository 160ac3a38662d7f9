import { crc32 } from "node:zlib";
import { redisStore } from "@turnpike/adapters/redis";
import { holds, noInternals, same } from "../engine/finding.mjs";
import { standingClock, world } from "../engine/world.mjs";

/** A frame as the store writes it: with it, what stands inside is reached. */
function framed(meta, value) {
  const bytes = Buffer.alloc(20 + meta.length + value.length);
  bytes.write("TPC1", 0, "latin1");
  bytes.writeDoubleBE(Date.UTC(2026, 0, 1), 8);
  bytes.writeUInt32BE(meta.length, 16);
  meta.copy(bytes, 20);
  value.copy(bytes, 20 + meta.length);
  bytes.writeUInt32BE(crc32(bytes.subarray(8)), 4);
  return bytes;
}

/**
 * What others may have put into Redis: as a cached value, as one in a sound frame (behind `F`: meta, an empty line, value), as what the script of
 * counters answers. A cache gives an entry or none; a limit admits or refuses; nobody sees a failure.
 */
export const front = {
  tokens:
    'F TPC1 \n\n {"type":"string"} {"type":"utf16"} "System.Int64" "System.DateTime" "Newtonsoft.Json.Linq.JObject" "System.Xml.Linq.XElement" "System.Uri" "bytes" "number" "status":200 "reason":"OK" "headers":[["A","b"]] [["A"]] null [] {} 1 0 -1 ; , ! 1e99 NaN'.split(
      " ",
    ),
  seeds: () => [
    'F{"type":"string"}\n\nhello',
    'F{"type":"System.Int64"}\n\n12',
    'F{"type":"Newtonsoft.Json.Linq.JObject"}\n\n{"a":1}',
    'F{"type":"System.DateTime"}\n\n2026-01-01T00:00:00Z',
    'F{"status":200,"reason":"OK","headers":[["Content-Type","text/plain"]],"maxAge":30}\n\nbody',
    "1 5 0 10000",
    "0 5 -1 10000;1 2 3 4",
    "!WRONGTYPE",
    framed(Buffer.from('{"type":"bytes"}'), Buffer.from([1, 2])),
    "TPC1",
    ...frames,
  ],
  async open() {
    let answer = null;
    const client = {
      status: "ready",
      async callBuffer(command) {
        if (command === "GET") return answer;
        if (command === "EVALSHA" || command === "EVAL") return answer;
        return Buffer.from("OK");
      },
      on() {},
      off() {},
      listenerCount: () => 1,
      disconnect() {},
    };
    const clock = standingClock();
    const store = redisStore({ client, clock, onUnavailable: "closed", deadline: 250 });
    const value = `<cache-lookup-value key="k" variable-name="v" default-value="none" /><return-response><set-body>@(context.Variables["v"].ToString())</set-body></return-response>`;
    const response = `<cache-lookup vary-by-developer="false" vary-by-developer-groups="false" />`;
    const limit = `<rate-limit-by-key calls="5" renewal-period="10" counter-key="k" remaining-calls-header-name="X-Left" total-calls-header-name="X-Total" />`;
    const worlds = await Promise.all(
      [value, response, limit].map((inbound) => world({ sections: { inbound }, gateway: { store, clock } })),
    );
    return {
      async run(bytes) {
        const text = bytes.toString("latin1");
        const gap = text.indexOf("\n\n");
        const isFramed = text.startsWith("F") && gap > 0;
        answer = isFramed ? framed(bytes.subarray(1, gap), bytes.subarray(gap + 2)) : bytes;
        const entry = await store.cache.get("k");
        if (entry !== null)
          holds(typeof entry.meta === "string" && entry.value instanceof Uint8Array, "differs", "an entry that is none");
        for (const [i, { send }] of worlds.entries()) {
          if (isFramed && i === 2) continue;
          const { status, exchange, headers } = await send({}, text);
          const what = `${status}: ${exchange.lastError?.message}`;
          if (i === 0) holds(status === 200, "status", what);
          else if (i === 1) holds(status >= 100 && status <= 999 && exchange.lastError === null, "status", what);
          else {
            holds([200, 429].includes(status), "status", what);
            if (headers.has("x-left"))
              holds(/^\d+$/.test(headers.get("x-left")), "differs", `calls left: ${headers.get("x-left")}`);
          }
          noInternals([...headers].join(), text);
        }
        clock.advance(600);
        same(store.state.cache, "up", "the cache's state");
      },
      close: () => store.close(),
    };
  },
};

const frames = [Buffer.from([0]), Buffer.alloc(20), Buffer.from("TPC1\0\0\0\0")];
