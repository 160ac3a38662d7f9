import { isDeepStrictEqual } from "node:util";
import { Finding, same } from "../engine/finding.mjs";
import { quotedIn, some } from "../engine/seeds.mjs";
import { world } from "../engine/world.mjs";

const POLICIES = `<llm-token-limit counter-key="k" tokens-per-minute="1000000000" estimate-prompt-tokens="false" /><llm-emit-token-metric namespace="n"><dimension name="API ID" /></llm-emit-token-metric>`;

/** Event streams of models. However they are cut into chunks, they go out as they came, and count for the same. */
export const front = {
  tokens: [
    "data: ",
    "data:",
    "event: message",
    "id: 1",
    "retry: 1",
    ": comment",
    "\n\n",
    "\r\n\r\n",
    "\r",
    "[DONE]",
    '{"choices":[{"delta":{"content":"x"}}]}',
    '"usage":{"prompt_tokens":5,"completion_tokens":7,"total_tokens":12}',
    '"input_tokens":1e99',
    "-1",
    "null",
    "[]",
    "\ufeff",
  ],
  seeds: () => [
    'data: {"choices":[{"delta":{"content":"Blue"}}]}\n\ndata: {"usage":{"prompt_tokens":5,"completion_tokens":7,"total_tokens":12}}\n\ndata: [DONE]\n\n',
    'event: a\r\nid: 1\r\ndata: {"choices":[{"delta":\r\ndata: {"content":"two lines"}}]}\r\n\r\n: comment\r\rdata: [DONE]\r\r',
    '{"choices":[{"message":{"content":"x"}}],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}',
    ...some(
      quotedIn("test/core/policies", "llm-token-limit.test.ts", /data:|usage/).concat(
        quotedIn("test/core/policies", "llm-emit-token-metric.test.ts", /data:|usage/),
      ),
      80,
    ),
  ],
  async open() {
    let [bytes, size, type] = [Buffer.alloc(0), 1, ""];
    const metrics = [];
    async function* chunks() {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    }
    const { send } = await world({
      sections: { inbound: POLICIES },
      answer: () => ({ headers: [["Content-Type", type]], body: chunks() }),
      gateway: { telemetry: { metric: ({ name, value }) => void metrics.push([name, value]) } },
    });
    const body = Buffer.from('{"model":"m","stream":true,"messages":[{"role":"user","content":"Which colour?"}]}');
    return {
      async run(input) {
        bytes = input;
        type = input[0] === 0x7b ? "application/json" : "text/event-stream";
        let first = null;
        for (size of [Math.max(1, input.length), 1 + (input.length % 7), 64]) {
          if (input.length / size > 4_096) continue;
          metrics.length = 0;
          const { status, body: answer } = await send(
            { method: "POST", headers: [["Content-Type", "application/json"]], body },
            input.toString("latin1"),
          );
          // So many tokens were reported that the limit is reached.
          if (status === 429) return;
          same(status, 200, "the status");
          if (!answer.equals(input)) throw new Finding("differs", `the stream has changed, in chunks of ${size}`);
          const counted = metrics.map((metric) => metric.join(" "));
          if (counted.some((one) => /NaN|Infinity|-|undefined/.test(one))) throw new Finding("differs", `counted: ${counted}`);
          if (first === null) first = counted;
          else if (!isDeepStrictEqual(counted, first))
            throw new Finding("differs", `${counted} in chunks of ${size}, ${first} in one`);
        }
      },
    };
  },
};
