import { holds } from "../engine/finding.mjs";
import { world } from "../engine/world.mjs";

const SECRET = "Geheim Wort+7/=%~x";
const POLICIES = `
<set-header name="traceparent" exists-action="skip"><value>@("00-" + context.RequestId.ToString("N") + "-0000000000000001-01")</value></set-header>
<set-header name="X-Mixed" exists-action="override"><value>@(context.Request.Headers.GetValueOrDefault("X-A", "") + "{{secret}}" + context.Request.Headers.GetValueOrDefault("X-B", ""))</value></set-header>
<set-query-parameter name="q" exists-action="override"><value>@(context.Request.Headers.GetValueOrDefault("X-A", "") + "{{secret}}")</value></set-query-parameter>
<set-variable name="v" value="@(new JObject(new JProperty("s", context.Request.Headers.GetValueOrDefault("X-B", "") + "{{secret}}")).ToString())" />
<trace source="fuzz" severity="information"><message>@(context.Request.Headers.GetValueOrDefault("X-A", "") + "{{secret}}")</message><metadata name="m" value="@("{{secret}}" + context.Request.Headers.GetValueOrDefault("X-B", ""))" /></trace>`;

/** Traces, with trace headers of callers. Whatever callers put around a secret, it is not to be seen. */
export const front = {
  tokens:
    'traceparent: tracestate: baggage: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01 X-A: X-B: Request-Id: Ocp-Apim-Trace: true * ** *** % %25 \\ \\u0047 & &amp; + / = " < \n Geheim Wort'.split(
      " ",
    ),
  seeds: () => [
    "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\ntracestate: a=b,c=d\nX-A: 1\nX-B: 2",
    "X-A: %\nX-B: \\",
    "X-A: Geheim\nX-B: ***\nOcp-Apim-Trace: true\nRequest-Id: |a.b.",
  ],
  async open() {
    const { send } = await world({
      sections: { inbound: POLICIES },
      configuration: { namedValues: { secret: { secret: true, value: SECRET } } },
    });
    const shown = [
      SECRET,
      encodeURIComponent(SECRET),
      JSON.stringify(SECRET).slice(1, -1),
      SECRET.replace(/&/g, "&amp;").replace(/</g, "&lt;"),
    ];
    return {
      async run(bytes) {
        const text = bytes.toString("latin1");
        const headers = [];
        for (const line of text.split("\n")) {
          const at = line.indexOf(":");
          const name = line.slice(0, Math.max(0, at)).trim();
          if (/^[\w-]+$/.test(name))
            headers.push([
              name,
              line
                .slice(at + 1)
                .trim()
                .replace(/[^\t\x20-\x7e\x80-\xff]/g, ""),
            ]);
        }
        if (shown.some((one) => text.includes(one))) return;
        const { status, trace } = await send({ headers }, text, { trace: true });
        const written = JSON.stringify(trace ?? null);
        holds(status !== 200 || written.length > 10, "differs", "nothing was traced");
        for (const one of shown)
          for (const form of [one, JSON.stringify(one).slice(1, -1)])
            holds(!written.includes(form), "secret", `a trace shows ${form}`);
      },
    };
  },
};
