import { holds } from "../engine/finding.mjs";
import { quotedIn, some } from "../engine/seeds.mjs";
import { world } from "../engine/world.mjs";

/** XML bodies: turned into JSON in every way, read by expressions, searched and replaced in. */
export const front = {
  // Several requests each.
  milliseconds: 200,
  tokens:
    "<a> </a> <a/> <a b='c'> <a xmlns='u' xmlns:p='v'> <p:a p:b=''/> <![CDATA[ ]]> <!-- --> <?x y?> <?xml version='1.0' encoding='utf-16'?> <!DOCTYPE a [<!ENTITY e 'x'>]> &amp; &lt; &#0; &#x10FFFF; &e; xml:space='preserve' xsi:nil='true' json:Array='true' \ufeff".split(
      " ",
    ),
  seeds: () => [
    "<a b='1'><c>x</c><c>y</c><d/>text<![CDATA[<>]]></a>",
    "<?xml version='1.0'?><p:a xmlns:p='u'><p:b p:c='d'>&amp;&#65;</p:b></p:a>",
    ...some(quotedIn("test/core/policies", "xml-to-json.test.ts", /^</), 100),
    ...some(quotedIn("test/core/policies", "bodies.test.ts", /^</), 60),
    ...some(quotedIn("test/expressions/dotnet/xml", ".test.ts", /^</), 60),
  ],
  async open() {
    const echo = `<return-response><set-body>@(context.Request.Body.As<string>())</set-body></return-response>`;
    const convert = (kind) => `<xml-to-json kind="${kind}" apply="always" consider-accept-header="false" />${echo}`;
    const read = `<return-response><set-body>@(context.Request.Body.As<XElement>(true).Descendants().Count() + context.Request.Body.As<XDocument>(true).ToString())</set-body></return-response>`;
    const replace = `<find-and-replace from="@(context.Request.Headers.GetValueOrDefault("X-From", "a"))" to="&amp;" />${echo}`;
    const worlds = await Promise.all(
      [convert("direct"), convert("javascript-friendly"), read, replace].map((inbound) => world({ sections: { inbound } })),
    );
    return {
      async run(bytes) {
        const text = bytes.toString("latin1");
        const from = text.slice(0, 1 + (bytes.length % 16)).replace(/[^\x20-\x7e]/g, "a");
        for (const [i, { send }] of worlds.entries()) {
          const { status, body, exchange } = await send(
            {
              method: "POST",
              headers: [
                ["Content-Type", "application/xml"],
                ["X-From", from],
              ],
              body: bytes,
            },
            text,
          );
          if (status === 200 && i < 2 && body.length > 0) JSON.parse(body.toString());
          holds(status === 200 || exchange.lastError !== null, "differs", `${status} without an error`);
        }
      },
    };
  },
};
