import { checkDocument, parsePolicy } from "@turnpike/core/tools";
import { holds, noInternals, same } from "../engine/finding.mjs";
import { some, textsIn } from "../engine/seeds.mjs";

/** Policy documents, with the checks that are made before anything runs. */
export const front = {
  tokens:
    "<policies> <inbound> <base /> <choose> <when condition= <otherwise> <set-header name= exists-action= <value> <set-body> template= liquid <fragment> <include-fragment fragment-id= <retry count= <wait for= <return-response> <validate-jwt> <cache-lookup vary-by-developer= @( @{ &quot; &lt; &#x41; <![CDATA[ ]]> <!-- --> <?x ?> <!DOCTYPE </inbound> /> {{ }} xmlns= id=".split(
      " ",
    ),
  seeds: () => [
    ...some(
      textsIn("docs/examples", ".yaml").flatMap((text) => text.match(/<policies>[\s\S]*?<\/policies>/g) ?? []),
      60,
    ),
    ...textsIn("sample/policies", ".xml"),
    "<fragment><set-status code='200' /></fragment>",
  ],
  async open() {
    return {
      run(bytes) {
        const text = bytes.toString("utf8");
        const { ok, diagnostics } = checkDocument(text);
        const lines = text.split(/\r\n|\r|\n/).length;
        for (const { message, line, column, code, severity } of diagnostics) {
          noInternals(message, text);
          holds(code !== "TP1005", "internal", `the compiler has failed: ${message}`);
          holds(line >= 1 && line <= lines + 1 && column >= 1, "place", `${code} stands at ${line}:${column} of ${lines} lines`);
          holds(message.length < 2_000 + 2 * text.length, "long", `${code} has a message of ${message.length} characters`);
          if (severity === "error") holds(!ok, "differs", "a document with errors is ok");
        }
        // What cannot be read has errors, and what has none can be read.
        if (ok) same(parsePolicy(text).document === null, false, "an ok document that cannot be read");
      },
    };
  },
};
