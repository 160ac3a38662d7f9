import { ConfigurationError } from "@turnpike/core";
import { noInternals } from "../engine/finding.mjs";
import { linesOf, quotedIn, some } from "../engine/seeds.mjs";
import { world } from "../engine/world.mjs";

const escaped = (text) =>
  text.replace(
    /[&<>"\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]/g,
    (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c] ?? "",
  );

/** Liquid templates, with a body behind a line `---`, and another that the caller chooses. */
export const front = {
  tokens:
    "{{ }} {% %} {%- -%} body. body.a body['a'] body[0] context.Request.Headers assign x = capture endcapture if elsif else endif unless endunless case when endcase for i in (1..3) endfor limit:2 offset:1 reversed break continue forloop.index tablerow endtablerow cycle 'a','b' increment decrement raw endraw comment endcomment include render | append: | replace: 'a','b' | split: ',' | join: '-' | date: '%Y' | size | upcase | capitalize | times: 3 | divided_by: 0 | modulo: | slice: 0, 2 | sort | map: 'a' | uniq | first | last | default: 'x' | escape | strip_html | truncate: 3 | round: 2 | plus: 9999999999999999999 == != contains and or blank empty nil true".split(
      " ",
    ),
  seeds: () => [
    ...some(linesOf("shared/cases/liquid.jsonl", "template"), 250).map(
      (template) => `${template}\n---\n{"a":[1,"x",{"b":2.5}],"name":"Ann"}`,
    ),
    ...some(quotedIn("test/core/policies", "set-body.test.ts", /\{[{%]/), 150),
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
