import { isDeepStrictEqual } from "node:util";
import { Finding, same } from "../engine/finding.mjs";
import { quotedIn, some } from "../engine/seeds.mjs";
import { world } from "../engine/world.mjs";

/** Deepest JSON that is read, and that all readers agree about. */
const DEPTH = 100;

/** JSON bodies: held against a schema that takes all, read by expressions, and turned into XML; beside JSON.parse. */
export const front = {
  // Several requests each.
  milliseconds: 150,
  tokens:
    '{ } [ ] : , "a": "__proto__": "" "\\u0000" "\\ud83d\\ude00" "\\ud800" "\\/" \\" true false null 0 -0 1e5 1E+400 1.0 -1.5 12345678901234567890 0.1e-7 NaN Infinity // /* */ \' \ufeff \u2028 "2024-01-01T00:00:00Z" "/Date(0)/" "$type": "$ref": "@a": "#text": [1,2] {"a":{"b":[]}}'.split(
      " ",
    ),
  seeds: () => [
    '{"a":[1,2.50,"x",null,true,{"b":{}}]}',
    '[[[[]]],{"__proto__":1,"constructor":{"prototype":2}}]',
    '"2024-01-01T00:00:00Z"',
    "-0.0e-0",
    ...some(quotedIn("test/core/policies", "json-to-xml.test.ts", /^[[{"]/), 80),
    ...some(quotedIn("test/expressions/dotnet/newtonsoft", ".test.ts", /^[[{]/), 80),
  ],
  async open() {
    const validation = `<validate-content unspecified-content-type-action="prevent" max-size="1048576" size-exceeded-action="prevent"><content type="application/json" validate-as="json" action="prevent" schema-id="any" /></validate-content>`;
    const reading = `<return-response><set-body>@(context.Request.Body.As<JToken>(true).ToString(Newtonsoft.Json.Formatting.None))</set-body></return-response>`;
    const xml = `<json-to-xml apply="always" consider-accept-header="false" parse-date="false" /><xml-to-json kind="direct" apply="always" consider-accept-header="false" /><return-response><set-body>@(context.Request.Body.As<string>())</set-body></return-response>`;
    const configuration = { schemas: { any: "{}" } };
    const [strict, lenient, converting] = await Promise.all(
      [validation, reading, xml].map((inbound) => world({ sections: { inbound }, configuration })),
    );
    return {
      async run(bytes) {
        const text = bytes.toString("latin1");
        const request = { method: "POST", headers: [["Content-Type", "application/json"]], body: bytes };
        const known = parsed(bytes);
        const validated = await strict.send(request, text);
        const isPassed = validated.status === 200;
        if (known !== null && !isPassed)
          throw new Finding("differs", `JSON.parse takes it: ${validated.exchange.lastError?.message}`);
        if (known === null && isPassed && !isDeep(text) && !text.startsWith("\xef\xbb\xbf"))
          throw new Finding("differs", "JSON.parse does not take it");
        const read = await lenient.send(request, text);
        // Newtonsoft takes no integer of more than 380 characters and nothing beyond a double, and knows no negative nought; half a surrogate pair is no UTF-8.
        if (known !== null && !/\d{380}|-0(?![.\d]*[1-9])|[eE]\+?\d{3}|\\u[dD][89a-fA-F]/.test(text)) {
          same(read.status, 200, `JToken of ${text.slice(0, 200)} (${read.exchange.lastError?.message})`);
          if (!/\d{4}-\d\d-\d\d|Date\(/.test(text)) {
            const back = parsed(read.body);
            if (back === null || !isDeepStrictEqual(back.value, known.value))
              throw new Finding("differs", `JToken gives ${read.body.toString().slice(0, 300)}`);
          }
        }
        const converted = await converting.send(request, text);
        if (converted.status === 200 && converted.body.length > 0) JSON.parse(converted.body.toString());
      },
    };
  },
};

/** What JSON.parse makes of bytes; null where they are no UTF-8 or no JSON. */
function parsed(bytes) {
  if (isDeep(bytes.toString("latin1"))) return null;
  try {
    return { value: JSON.parse(new TextDecoder("utf8", { fatal: true, ignoreBOM: true }).decode(bytes)) };
  } catch {
    return null;
  }
}

function isDeep(text) {
  let depth = 0;
  for (const char of text)
    if (char === "[" || char === "{") {
      if (++depth > DEPTH) return true;
    } else if (char === "]" || char === "}") depth--;
  return false;
}
