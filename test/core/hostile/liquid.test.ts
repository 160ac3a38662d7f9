import { ConfigurationError } from "@turnpike/core";
import { describe, expect, it } from "vitest";
import { asOnReference, growthOfTime, MOST_TIME, processTime } from "../../measure.js";
import { url, world } from "../policies/support.js";
import { apiWith, gatewayOf, policies } from "../run/gateway.js";

/** What a growth of two may cost at most: more than the double, far less than the fourfold. */
const MOST_GROWTH = 2.6;

const template = (text: string) => `<set-body template="liquid"><![CDATA[${text}]]></set-body>`;

interface Outcome {
  /** What the backend got, or why the request failed. */
  readonly text: string;
  /** Processor time of the request. */
  readonly spent: number;
}

const spentBy = async (action: () => Promise<string>): Promise<Outcome> => {
  const before = process.cpuUsage();
  const text = await action();
  const { user, system } = process.cpuUsage(before);
  return { text, spent: (user + system) / 1_000 };
};

async function sender(inbound: string): Promise<(body: string) => Promise<string>> {
  const policy = await world(inbound);
  return async (body) => {
    const { backendCalls, error } = await policy.send({
      url,
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body,
    });
    return error === null ? Buffer.from(backendCalls[0]!.body).toString() : error.message;
  };
}

const rendered = async (text: string, body: unknown = {}): Promise<Outcome> => {
  const send = await sender(template(text));
  return spentBy(() => send(JSON.stringify(body)));
};

/** A template that an expression takes from the body, as a careless operator may write it. */
const parsed = await sender('<set-body template="liquid">@(context.Request.Body.As<string>())</set-body>');

/** Takes at most so much longer for twice the size. */
async function expectLinear(workOf: (size: number) => () => Promise<string>, size: number): Promise<void> {
  expect(await growthOfTime(workOf(size), workOf(size * 2), MOST_GROWTH, processTime)).toBeLessThanOrEqual(MOST_GROWTH);
}

const repeat = (text: string, size: number): string => text.repeat(Math.ceil(size / text.length));

describe("Liquid templates made to hurt are read in linear time", () => {
  it.each<[string, (size: number) => string]>([
    ["open braces", (n) => repeat("{", n)],
    ["open outputs in raw", (n) => `{% raw %}${repeat("{{ \n", n)}{% endraw %}`],
    ["dashes", (n) => repeat(" {{- 1 -}} ", n)],
    ["blanks", (n) => `{% if a${repeat(" ", n)}b %}{% endif %}`],
    ["quotation marks", (n) => `{{ a | B: ${repeat(",'", n)} " }}`],
    ["filters", (n) => `{{ a${repeat("|b", n)} }}`],
    ["unknown filters", (n) => repeat("{{ a | upcas }}", n)],
    ["arguments", (n) => `{{ a | B: ${repeat(",1", n)} }}`],
    ["open brackets", (n) => `{{ ${repeat("[", n)} }}`],
    ["pairs of brackets", (n) => `{{ ${repeat("[]", n)} }}`],
    ["steps of a path", (n) => `{{ a${repeat("[0].b", n)} }}`],
    ["ranges in ranges", (n) => `{{ ${repeat("(", n / 5)}1${repeat("..1)", n)} }}`],
    ["conditions", (n) => `{% if ${repeat("a and ", n)} a %}{% endif %}`],
    ["values of a when", (n) => `{% case a %}{% when ${repeat("1 or ", n)} 1 %}{% endcase %}`],
    ["a word where a loop should be", (n) => `{% for ${repeat("in", n)} %}{% endfor %}`],
    ["words of a loop", (n) => `{% for ${repeat("in ", n)} | %}{% endfor %}`],
    ["options", (n) => `{% for x in y ${repeat("a:b ", n)} %}{% endfor %}`],
    ["colons", (n) => `{% for x in y ${repeat(" :", n)} %}{% endfor %}`],
    ["round brackets of a table", (n) => `{% tablerow x in ${repeat("a(", n)} %}{% endtablerow %}`],
    ["the name of an assign", (n) => `{% assign ${repeat("a(", n)} = 1 %}`],
    ["equal signs", (n) => `{% assign ${repeat(" = ", n)} %}`],
    ["values of a cycle", (n) => `{% cycle ${repeat("a:,", n)} %}`],
    ["digits", (n) => `{{ ${repeat("9", n)} }}{{ 0.${repeat("9", n)} }}`],
  ])("%s", async (_what, make) => {
    await expectLinear((size) => {
      const text = make(size);
      return () => parsed(text);
    }, 100_000);
  });

  it.each([
    [
      "more than 200 levels",
      "{% if a %}".repeat(201),
      /^The Liquid template is not valid: Tags are nested more than 200 levels deep\.$/,
    ],
    [
      "more than a megabyte",
      " ".repeat(1_048_577),
      /^The Liquid template is not valid: The template is longer than 1048576 characters\.$/,
    ],
    ["more than 500 conditions", `{% if ${"a or ".repeat(501)} a %}{% endif %}`, /There are more than 500 conditions\.$/],
  ])("refuses %s", async (_what, text, message) => {
    expect(await parsed(text)).toMatch(message);
    await expect(world(template(text))).rejects.toBeInstanceOf(ConfigurationError);
  });
});

describe("Liquid templates that run away are cut, and say so", () => {
  it.each([
    [
      "loops in loops",
      "{% for a in (1..100000) %}{% for b in (1..100000) %}{{a}}{% endfor %}{% endfor %}",
      /^The Liquid template failed: It (?:took more than 5000000 steps|ran longer than 2000 ms)\.$/,
    ],
    ["a range that is printed", "{{ (1..2000000000) }}", /It (?:took more than|used more memory than|ran longer than)/],
    ["a range that is joined", "{{ (1..2000000000) | Join }}", /It (?:took more than|used more memory than|ran longer than)/],
    [
      "a text that is repeated",
      "{{ 'abcdefgh' | Times: 2000000000 }}",
      /It (?:took more than|used more memory than|ran longer than)/,
    ],
    [
      "a text that doubles",
      "{% assign s = 'abcdefgh' %}{% for i in (1..60) %}{% assign s = s | Append: s %}{% endfor %}",
      /It used more memory than 32000000 characters take\.$/,
    ],
    [
      "a capture that doubles",
      "{% assign s = 'ab' %}{% for i in (1..60) %}{% capture s %}{{ s }}{{ s }}{% endcapture %}{% endfor %}",
      /It used more memory than 32000000 characters take\.$/,
    ],
    [
      "a replacement that doubles",
      "{% assign s = 'ab' %}{% for i in (1..60) %}{% assign s = s | Replace: '.', '$0$0' %}{% endfor %}",
      /It (?:took more than|used more memory than|ran longer than)/,
    ],
    [
      "cycles without end",
      "{% for i in (1..100000000) %}{% cycle i: 'a', 'b' %}{% endfor %}",
      /It (?:took more than|used more memory than|ran longer than)/,
    ],
    [
      "errors without end",
      "{% for i in (1..100000000) %}{{ 1 | DividedBy: 0 }}{% endfor %}",
      /It (?:took more than|used more memory than|ran longer than)/,
    ],
    ["backtracking", "{{ body.t | Replace: '^(a+)+$', 'x' }}", /expression took longer|It (?:took more than|ran longer than)/],
  ])("%s", async (_what, text, message) => {
    expect((await rendered(text, { t: `${"a".repeat(40_000)}!` })).text).toMatch(message);
  });

  it("as an expression does: by the limits of the gateway", async () => {
    const document = policies({ inbound: template("{% for a in (1..1000) %}{{ a }}{% endfor %}") });
    const { send } = await gatewayOf(apiWith(document), undefined, { limits: { steps: 500 } });
    const { status, exchange } = await send("/api/x");
    expect([status, exchange.lastError?.message]).toEqual([500, "The Liquid template failed: It took more than 500 steps."]);
  });

  it("of deep nesting only what the engine renders", async () => {
    const deep = (levels: number) => `${"{% if true %}".repeat(levels)}x${"{% endif %}".repeat(levels)}`;
    expect((await rendered(deep(80))).text).toBe("x");
    expect((await rendered(`a${deep(81)}b`)).text).toBe("aLiquid error: Error - Nesting too deepb");
  });

  it.each(["Minus: 1.5", "TruncateWords: 2000000000", "Currency: body.t"])(
    "of long texts the work of each call is charged: %s",
    async (filter) => {
      const loop = `{% for i in (1..100000) %}{% assign x = body.t | ${filter} %}{% endfor %}`;
      const { text, spent } = await rendered(loop, { t: `${"9".repeat(1_000_000)} ` });
      expect(text).toMatch(/It (?:took more than|used more memory than|ran longer than)/);
      expect(spent).toBeLessThan(4_000);
    },
  );

  it("and asks for the size of a range without counting", async () => {
    const { text, spent } = await rendered("{{ (1..2000000000) | Size }}{{ 'ab' | Times: 2000000000 | Size }}");
    expect(text).toBe("20000000002000000000");
    expect(await asOnReference(spent)).toBeLessThan(MOST_TIME);
  });
});

describe("Liquid on bodies made to hurt takes linear time", () => {
  it.each<[string, string, (size: number) => unknown]>([
    ["tags that are not closed", "{{ body.t | StripHtml | Size }}", (n) => repeat("<", n)],
    ["tags over lines", "{{ body.t | StripHtml | Size }}", (n) => repeat("<\n>", n)],
    [
      "long needles",
      "{{ body.t.h | Remove: body.t.n | Size }}{{ body.t.h | Split: body.t.n | Size }}{% if body.t.h contains body.t.n %}y{% endif %}",
      (n) => ({ h: repeat("a", n), n: `b${repeat("a", n / 2)}` }),
    ],
    ["words", "{{ body.t | TruncateWords: 2000000000 | Size }}", (n) => repeat(" ", n)],
    ["apostrophes in titles", "{{ body.t | Capitalize | Size }}", (n) => repeat("a'", n)],
    ["markup", "{{ body.t | Escape | Size }}", (n) => repeat("<", n)],
    ["broken escapes", "{{ body.t | UrlDecode | Size }}", (n) => repeat("%4", n)],
    [
      "millions of digits",
      "{{ body.t | Times: 1.0 }}{{ body.t | Round }}{{ body.t | Abs }}{{ body.t | Currency | Size }}{% if 5 == body.t %}{% endif %}",
      (n) => repeat("9", n),
    ],
    ["a number of millions of digits", "{{ body.t | Plus: 1 }}", (n) => [repeat("9", n)]],
    ["texts that are almost dates", "{{ body.t | Date: 'yyyy' | Size }}", (n) => repeat("1 ", n)],
    [
      "long texts in order",
      "{% if body.t.a < body.t.b %}y{% endif %}",
      (n) => ({ a: `${repeat("é", n / 4)}a`, b: `${repeat("é", n / 4)}b` }),
    ],
    ["lists to sort", "{{ body.t | Sort | First }}", (n) => Array.from({ length: n / 20 }, (_, i) => (i * 7_919) % 100_003)],
    ["lists in lists", "{{ body.t | Uniq | Size }}", (n) => Array.from({ length: n / 20 }, (_, i) => [[i % 100], [i]])],
    [
      "objects in a loop",
      "{% for x in body.t %}{{ x.itemName }}{% endfor %}",
      (n) => Object.fromEntries(Array.from({ length: n / 40 }, (_, i) => [`k${i}`, { a: { b: 1 } }])),
    ],
  ])("%s", async (_what, text, make) => {
    const send = await sender(template(text));
    await expectLinear((size) => {
      const value = make(size);
      const isNumber = Array.isArray(value) && typeof value[0] === "string";
      const body = isNumber ? `{"t":${String(value[0])}}` : JSON.stringify({ t: value });
      return () => send(body);
    }, 200_000);
  });
});
