import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { turnpike } from "./support.js";

const folder = mkdtempSync(join(tmpdir(), "turnpike-mutate-"));
afterAll(() => rmSync(folder, { recursive: true }));

interface Mutant {
  readonly operator: string;
  readonly line: number;
  readonly before: string;
  readonly after: string;
  readonly status: string;
  readonly by: string | null;
}

let count = 0;

/** The mutants of a document under tests, and the summary. */
async function mutate(
  policy: string,
  tests: string,
  more = "",
): Promise<{ mutants: Mutant[]; summary: Record<string, unknown>; err: string }> {
  const name = `case-${++count}`;
  writeFileSync(join(folder, `${name}.xml`), policy);
  const file = join(folder, `${name}.policy-test.yaml`);
  writeFileSync(file, `policy: ./${name}.xml\n${more}tests:\n${tests}`);
  const { out, err } = await turnpike("mutate", "--json", file);
  const lines = out.split("\n").map((line) => JSON.parse(line) as Mutant & Record<string, unknown>);
  const summary = lines.pop()!;
  return { mutants: lines, summary, err };
}

const inbound = (content: string): string =>
  `<policies>\n<inbound>\n${content}\n</inbound>\n<backend><base /></backend>\n</policies>`;
const passes = '  - { name: passes, request: { url: "https://a.example/" }, expect: { status: 200 } }\n';

describe("turnpike mutate", () => {
  it.each<[string, string, string[]]>([
    ["a base", "<base />", ["drop-base"]],
    [
      "a limit",
      '<rate-limit-by-key calls="2" renewal-period="60" counter-key="a" />',
      ["remove-policy", "raise-limit 3", "lower-limit 1"],
    ],
    [
      "a computed limit",
      '<rate-limit-by-key calls="@(1 + context.Api.Id.Length)" renewal-period="60" counter-key="a" />',
      ["remove-policy", "raise-limit @((1 + context.Api.Id.Length) + 1)", "lower-limit @((1 + context.Api.Id.Length) - 1)"],
    ],
    [
      "concurrency",
      '<limit-concurrency key="a" max-count="2"><set-method>GET</set-method></limit-concurrency>',
      ["remove-policy", "raise-limit 3", "lower-limit 1", "remove-policy"],
    ],
    [
      "a status",
      '<check-header name="A" failed-check-httpcode="400" failed-check-error-message="No A." ignore-case="true" />',
      ["remove-policy", "change-status 401", "change-text No A.~"],
    ],
    [
      "an answer",
      '<return-response><set-status code="418" reason="Tea" /><set-body>pot</set-body></return-response>',
      ["remove-policy", "change-status 419", "change-text Tea~", "change-text pot~"],
    ],
    [
      "an origin",
      "<cors><allowed-origins><origin>https://a.example</origin><origin>https://b.example</origin></allowed-origins></cors>",
      ["remove-policy", "widen-origin <origin>*</origin><origin>https://b", "widen-origin example</origin><origin>*</origin>"],
    ],
    [
      "lists of which one is left out",
      '<validate-jwt header-name="A"><audiences><audience>x</audience><audience>y</audience></audiences><issuers><issuer>z</issuer></issuers></validate-jwt>',
      [
        "remove-policy",
        "remove-audience <audiences><audience>y",
        "remove-audience <audience>x</audience></audiences>",
        "remove-issuer </audiences></validate-jwt>",
      ],
    ],
    [
      "claims",
      '<validate-jwt header-name="A"><required-claims><claim name="r"><value>x</value></claim><claim name="s"><value>y</value></claim></required-claims></validate-jwt>',
      [
        "remove-policy",
        'remove-claim <required-claims><claim name="s">',
        "change-text x~",
        "remove-claim </claim></required-claims>",
        "change-text y~",
      ],
    ],
    [
      "what caches vary by",
      '<cache-lookup vary-by-developer="true" vary-by-developer-groups="false"><vary-by-header>Accept</vary-by-header><vary-by-query-parameter>q</vary-by-query-parameter></cache-lookup>',
      [
        "remove-policy",
        'remove-vary vary-by-developer="false"',
        "remove-vary <vary-by-query",
        "remove-vary <vary-by-header>Accept</vary-by-header></cache-lookup>",
      ],
    ],
    [
      "texts",
      '<set-header name="A"><value>x</value></set-header><rewrite-uri template="/t" /><set-variable name="v" value="w" />',
      ["remove-policy", "change-text x~", "remove-policy", "change-text /t~", "remove-policy", "change-text w~"],
    ],
    [
      "conditions",
      '<choose><when condition="@(context.Request.Method == "GET")"><set-method>PUT</set-method></when><when condition="true"><set-method>POST</set-method></when></choose>',
      [
        "remove-policy",
        'negate-condition @(!(context.Request.Method == "GET"))',
        "flip-comparison !=",
        "remove-policy",
        "negate-condition false",
        "remove-policy",
      ],
    ],
    [
      "escaped code",
      '<set-variable name="v" value="@(context.Api.Id == &quot;a&quot; || context.Api.Id == &quot;b&quot;)" />',
      ["remove-policy", "flip-comparison !=", "flip-logic &amp;&amp;", "flip-comparison !="],
    ],
  ])("changes %s", async (_name, content, expected) => {
    const { mutants } = await mutate(inbound(content), passes);
    const inside = mutants.filter(({ line }) => line === 3);
    expect(inside.map(({ operator }) => operator)).toEqual(expected.map((one) => one.split(" ")[0]));
    inside.forEach(({ after }, i) => expect(after).toContain(expected[i]!.slice(inside[i]!.operator.length + 1)));
  });

  it("leaves on-error out", async () => {
    const { mutants } = await mutate(
      '<policies>\n<inbound><ip-filter action="forbid"><address>1.1.1.1</address></ip-filter></inbound>\n<backend><base /></backend>\n<on-error><set-status code="400" /></on-error></policies>',
      '  - { name: refused, request: { url: "https://a.example/", ipAddress: 1.1.1.1 }, expect: { status: 400 } }\n',
    );
    expect(mutants.filter(({ line }) => line === 4).map(({ operator, status }) => `${operator} ${status}`)).toEqual([
      "remove-on-error killed",
      "remove-policy killed",
      "change-status killed",
    ]);
  });

  it("tells by which test a mutant is noticed, what no test notices or reaches, and what changes nothing", async () => {
    const { mutants, summary } = await mutate(
      `<policies>
<inbound>
<base />
<set-variable name="big" value="@(context.Request.Headers.ContainsKey("A") && context.Request.Method == "PUT" ? 1 : 2)" />
<choose>
<when condition="@(context.Request.Method == "DELETE")">
<return-response><set-status code="204" /></return-response>
</when>
</choose>
</inbound>
<backend><base /></backend>
</policies>`,
      passes,
    );
    expect(
      mutants.map(
        ({ line, operator, status, by }) => `${line} ${operator} ${status}${by === null ? "" : ` ${by.split(" › ")[1]}`}`,
      ),
    ).toEqual([
      "3 drop-base equivalent",
      "4 remove-policy survived",
      "4 flip-logic survived",
      "4 flip-comparison uncovered",
      "4 swap-branches survived",
      "5 remove-policy survived",
      "6 negate-condition killed passes",
      "6 flip-comparison killed passes",
      "7 remove-policy uncovered",
      "7 change-status uncovered",
      "11 drop-base survived",
    ]);
    expect(summary).toEqual({ summary: true, score: 20, killed: 2, survived: 5, uncovered: 3, equivalent: 1 });
  });

  it("changes fragments and the documents of other scopes, for all test files that test them", async () => {
    writeFileSync(join(folder, "shared.xml"), '<fragment>\n<set-header name="X"><value>1</value></set-header>\n</fragment>');
    const file = (name: string, expected: string): string => {
      const path = join(folder, `${name}.policy-test.yaml`);
      writeFileSync(
        path,
        `policy: '<policies><inbound><include-fragment fragment-id="shared" /></inbound><backend><base /></backend></policies>'
fragments: { shared: ./shared.xml }
tests: [ { name: ${name}, request: { url: "https://a.example/" }, expect: { status: 200${expected} } } ]
`,
      );
      return path;
    };
    const { out } = await turnpike(
      "mutate",
      "--json",
      file("blind", ""),
      file("seeing", ', backend: { request: { headers: { X: "1" } } }'),
    );
    const mutants = out.split("\n").map((line) => JSON.parse(line) as Mutant & { file: string });
    const shared = mutants.filter(({ file: name }) => name?.endsWith("shared.xml"));
    expect(shared.map(({ operator, by }) => `${operator} ${by?.split(" › ")[1]}`)).toEqual([
      "remove-policy seeing",
      "change-text seeing",
    ]);
  });

  it("wants the tests to pass without any change", async () => {
    const { err, mutants } = await mutate(
      inbound("<base />"),
      '  - { name: wrong, request: { url: "https://a.example/" }, expect: { status: 201 } }\n',
    );
    expect(err).toMatch(/› wrong fails without any change: status is 200, expected 201/);
    expect(mutants.every(({ status }) => status === "uncovered" || status === "equivalent")).toBe(true);
  });

  it("fails where fewer mutants are noticed than are to be", async () => {
    const file = join(folder, "case-1.policy-test.yaml");
    expect((await turnpike("mutate", file)).code).toBe(0);
    const { code, err } = await turnpike("mutate", "--min", "90", file);
    expect(code).toBe(1);
    expect(err).toMatch(/The tests notice [\d.]+ % of the changes, expected at least 90 %\./);
    expect((await turnpike("mutate")).code).toBe(2);
  });

  it("shows no secrets", async () => {
    const { mutants } = await mutate(
      inbound(
        '<authentication-basic username="u" password="hunter2-hunter2-X" />\n<set-header name="Authorization"><value>{{key}}</value></set-header>',
      ),
      passes,
      'namedValues: { key: { secret: true, value: "s3cr3t-s3cr3t" } }\n',
    );
    expect(JSON.stringify(mutants)).not.toMatch(/hunter2|s3cr3t/);
  });
});
