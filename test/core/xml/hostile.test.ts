import fc from "fast-check";
import { expect, it } from "vitest";
import { checkDocument } from "#core/explain/check.js";

const document = `<policies>
  <!-- c -->
  <inbound>
    <base />
    <set-variable name="a" value="@(context.Request.Method == "GET" && 1 < 2)" />
    <choose>
      <when condition="@(context.Variables.ContainsKey(&quot;a&quot;))">
        <set-body>@{ var s = $"{"x"}"; return s + '}' + @"""" /* } */; }</set-body>
      </when>
      <otherwise><set-header name="X"><value><![CDATA[{{n}} <b>]]></value></set-header></otherwise>
    </choose>
  </inbound>
</policies>`;

const piece = fc.oneof(
  fc.constantFrom(
    "<",
    ">",
    '"',
    "'",
    "@(",
    "@{",
    ")",
    "}",
    "{{",
    "}}",
    "&",
    "&#0;",
    "]]>",
    "<![CDATA[",
    "<!--",
    "-->",
    "/",
    "\r",
    "=",
    "</a>",
    '$"{',
    "<?",
  ),
  fc.string({ unit: "binary", maxLength: 3 }),
);
const edit = fc.record({ at: fc.nat(document.length), removed: fc.nat(30), piece });

it("whatever is done to a document, its check ends with findings that have a place", () => {
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
      let text = document;
      for (const { at, removed, piece: inserted } of edits) text = text.slice(0, at) + inserted + text.slice(at + removed);
      for (const one of checkDocument(text).diagnostics) {
        expect(one.line).toBeGreaterThan(0);
        expect(one.column).toBeGreaterThan(0);
        expect(one.message).not.toMatch(/undefined|\[object|is not a function|Cannot read/);
      }
    }),
    { numRuns: 500 },
  );
});
