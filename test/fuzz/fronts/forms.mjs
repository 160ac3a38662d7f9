import { holds, same } from "../engine/finding.mjs";
import { quotedIn, some } from "../engine/seeds.mjs";
import { world } from "../engine/world.mjs";

/** Forms in URL encoding, as expressions read them, beside URLSearchParams. */
export const front = {
  tokens: "& = + % %20 %26 %3D %00 %zz %C3%A9 %E2%82 a=b a=1&a=2 A=3 __proto__=x constructor ;".split(" "),
  seeds: () => [
    "a=1&b=2&a=3",
    "q=a+b%20c&empty=&bare&=noname",
    "%C3%A9=%F0%9F%9A%80",
    ...some(quotedIn("test/core/policies", "bodies.test.ts", /=.*&/), 40),
  ],
  async open() {
    const { send } = await world({
      sections: {
        inbound: `<return-response><set-body>@{ var form = context.Request.Body.AsFormUrlEncodedContent(true); var all = new JArray(); foreach (var pair in form) { all.Add(new JArray(pair.Key, new JArray(pair.Value))); } return all.ToString(Newtonsoft.Json.Formatting.None); }</set-body></return-response>`,
      },
    });
    return {
      async run(bytes) {
        const text = bytes.toString("utf8");
        const { status, body, exchange } = await send(
          { method: "POST", headers: [["Content-Type", "application/x-www-form-urlencoded"]], body: bytes },
          text,
        );
        const known = [...new URLSearchParams(text)];
        if (status !== 200) {
          holds(
            exchange.lastError !== null && (known.length > 900 || bytes.length > 60_000 || /[^\x20-\x7e]/.test(text)),
            "differs",
            `${status}: ${exchange.lastError?.message}`,
          );
          return;
        }
        if (/[^\x20-\x7e]/.test(text) || text.startsWith("?")) return;
        const byName = new Map();
        for (const [name, value] of known) {
          if (byName.has(name)) byName.get(name)[1].push(value);
          else byName.set(name, [name, [value]]);
        }
        same(JSON.parse(body.toString()), [...byName.values()], "the form");
      },
    };
  },
};
