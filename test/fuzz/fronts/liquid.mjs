import { ConfigurationError } from "@turnpike/core";
import { noInternals } from "../engine/finding.mjs";
import { quotedIn, some } from "../engine/seeds.mjs";
import { world } from "../engine/world.mjs";

const escaped = (text) =>
  text.replace(
    /[&<>"\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]/g,
    (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c] ?? "",
  );

/** Liquid templates, with a body behind a line `---`, and another that the caller chooses. */
export const front = {
  tokens:
    "{{ }} {% %} {%- -%} {{{ }}} body. body.a body['a'] body[0] .size .first context.Request.Headers context.Variables assign x = capture endcapture if elsif else endif unless endunless case when endcase for i in (1..3) endfor limit:2 offset:1 offset:continue reversed break continue forloop.index JSONArrayFor endJSONArrayFor tablerow cols:2 endtablerow cycle 'a','b' ifchanged endifchanged block endblock raw endraw literal endliteral comment endcomment include extends | Append: | Replace: '(a)+','$1' | ReplaceFirst: '.','b' | RemoveFirst: '\\w' | Split: ',' | Join: '-' | Date: 'yyyy' | Size | Upcase | Capitalize | Times: 3 | DividedBy: 0 | Modulo: | Slice: 0, 2 | Sort | Map: 'a' | Uniq | Compact | First | Last | Default: 'x' | Escape | StripHtml | Truncate: 3 | TruncateWords: 2 | Round: 2 | Abs | AtLeast: 2 | Currency: 'en-US' | UrlEncode | UrlDecode | Plus: 9999999999999999999 1.50 == != <> <= contains startsWith hasKey and or blank empty nil true".split(
      " ",
    ),
  seeds: () => [
    ...some(quotedIn("test/core/policies/liquid", ".test.ts", /\{[{%]/), 400).map(
      (template) => `${template}\n---\n{"a":[1,"x",{"b":2.5}],"name":"Ann"}`,
    ),
  ],
  async open() {
    return {
      async run(bytes) {
        const [template, body = '{"a":[1,2],"b":"x"}'] = bytes.toString("utf8").split("\n---\n");
        let made;
        try {
          made = await world({
            sections: {
              inbound: `<set-body template="liquid">${escaped(template)}</set-body><return-response><set-body>@(context.Request.Body.As<string>())</set-body></return-response>`,
            },
          });
        } catch (error) {
          if (!(error instanceof ConfigurationError)) throw error;
          for (const { message } of error.diagnostics) noInternals(message, template);
          return;
        }
        await made.send(
          {
            method: "POST",
            headers: [
              ["Content-Type", "application/json"],
              ["X-A", "1"],
            ],
            body: Buffer.from(body),
          },
          template + body,
        );
        await made.gateway.close?.();
      },
    };
  },
};
