import { isDeepStrictEqual } from "node:util";
import { readYaml } from "@turnpike/core/adapter";
import { Finding, holds, noInternals } from "../engine/finding.mjs";
import { some, textsIn } from "../engine/seeds.mjs";

/** YAML files, which may be JSON: then beside JSON.parse. */
export const front = {
  tokens: [
    ..."a: ;- ;? ;{ ;} ;[ ;] ;, ;&a ;*a ;!!str ;!!binary ;| ;|- ;>+ ;--- ;... ;%YAML 1.2;# ;'';\"\\x00\";<<: *a;~;null;true;0o7;0x1F;.inf;.nan;1e3;2024-01-01;__proto__: ;key: value".split(
      ";",
    ),
    "\n",
    "\n  ",
    "\n\t",
  ],
  seeds: () => [
    "a: 1\nb: [x, 'y', \"z\"]\nc: { d: | }\n",
    '{"a":[1,2.5,null,true,"x\\u0041"],"b":{}}',
    "a: &x [1]\nb: *x\nc: |\n  text\n   more\nd: >-\n  folded\n",
    ...textsIn("sample", ".yaml").filter((text) => text.length < 8_000),
    ...some(textsIn("docs/examples", ".yaml"), 20).map((text) => text.slice(0, 3_000)),
  ],
  async open() {
    return {
      run(bytes) {
        const text = bytes.toString("utf8");
        const read = readYaml(text, "file.yaml");
        const { data, diagnostics } = read;
        const lines = text.split(/\r\n|\r|\n/).length;
        for (const { message, line, column } of diagnostics) {
          noInternals(message, text);
          holds(
            line >= 1 && line <= lines + 1 && column >= 1,
            "place",
            `${message} stands at ${line}:${column} of ${lines} lines`,
          );
        }
        read.placeOf(["a", 0]);
        let known;
        try {
          known = JSON.parse(text);
        } catch {
          return;
        }
        // What is JSON is YAML 1.2, but for names that come twice, tabs, and numbers that only JSON has.
        if (
          typeof known !== "object" ||
          known === null ||
          /\t|\u2028|\u0085|\ufeff|"[^"]{1000}|-0\b|[eE]|[\ud800-\udfff]|\\u[dD][89a-fA-F]|__proto__|<</.test(text)
        )
          return;
        if (diagnostics.length > 0) {
          if (!/unique|twice|keys/i.test(diagnostics[0].message) && text.length < 1_000)
            throw new Finding("differs", `JSON is refused: ${diagnostics[0].message}`);
        } else if (!isDeepStrictEqual(plain(data), plain(known)))
          throw new Finding("differs", `read as ${JSON.stringify(data)?.slice(0, 300)}`);
      },
    };
  },
};

const plain = (value) => JSON.parse(JSON.stringify(value ?? null));
