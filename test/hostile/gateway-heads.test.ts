import { createGateway, type Gateway, type HeadersInput } from "@turnpike/core";
import { describe, expect, it } from "vitest";
import { document } from "../core/policies/support.js";
import { asOnReference, growthOfMemory, growthOfTime, MOST_TIME, timeOf } from "../measure.js";

/** Megabytes that a request may grow the process by. */
const MOST_MEMORY = 64;
const MOST_GROWTH = 2.6;

/** Longest URL that is taken, longest token that is looked at, and more header text than Node lets in. */
const LONGEST_URL = 131_072;
const LONGEST_TOKEN = 65_536;
const LONGEST_HEADERS = 65_536;

interface Head {
  readonly path?: string;
  readonly headers?: HeadersInput;
}

type Entry = readonly [name: string, policy: string, length: number, head: (length: number) => Head];

const query = (piece: string) => (length: number) => ({ path: `?${piece.repeat(Math.floor((length - 40) / piece.length))}` });
const path = (piece: string) => (length: number) => ({ path: piece.repeat(Math.floor((length - 40) / piece.length)) });
const lines =
  (name: (i: number) => string, value: (i: number) => string) =>
  (length: number): Head => {
    const each = name(1_000).length + value(1_000).length + 4;
    return { headers: Array.from({ length: Math.floor(length / each) }, (_, i) => [name(i), value(i)] as const) };
  };
const line = (name: string, piece: string) => (length: number) => ({ headers: { [name]: piece.repeat(length / piece.length) } });

const part = (text: string): string => Buffer.from(text).toString("base64url");
const token = (claims: (length: number) => string) => (length: number) => ({
  headers: { Authorization: `Bearer ${part('{"alg":"HS256"}')}.${part(claims(Math.floor((length - 60) * 0.75)))}.AAAA` },
});
const fill = (before: string, piece: string, after: string) => (length: number) =>
  before + piece.repeat(Math.floor((length - before.length - after.length) / piece.length)) + after;

const set = (expression: string) => `<set-variable name="v" value="@(${expression.replaceAll('"', "&quot;")})" />`;
const jwt = `<validate-jwt header-name="Authorization"><issuer-signing-keys><key>${Buffer.alloc(32, 1).toString("base64")}</key></issuer-signing-keys></validate-jwt>`;
const asJwt = set('context.Request.Headers.GetValueOrDefault("Authorization", "").AsJwt() == null');
const names = set("context.Request.Headers.Sum(h => h.Value.Length)");
const parameters =
  '<validate-parameters specified-parameter-action="ignore" unspecified-parameter-action="detect" errors-variable-name="e" />';
const limit =
  '<rate-limit-by-key calls="1000000" renewal-period="60" counter-key="@(context.Request.Headers.GetValueOrDefault(&quot;X-Key&quot;, &quot;&quot;))" />';
const cors = `<cors><allowed-origins><origin>https://good.example</origin></allowed-origins><allowed-methods><method>*</method></allowed-methods>
  <allowed-headers><header>*</header></allowed-headers></cors>`;

const entries: readonly Entry[] = [
  ["a query of many parameters", set("context.Request.Url.Query.Count"), LONGEST_URL, query("a=1&")],
  ["a query of many names", set("context.Request.Url.Query.Count"), LONGEST_URL, query("&a")],
  ["a query of escapes", set("context.Request.Url.Query.Count"), LONGEST_URL, query("%41x")],
  ["a query of plus signs", set("context.Request.Url.Query.Count"), LONGEST_URL, query("+")],
  ["parameters that the definition lacks", parameters, LONGEST_URL, query("a&b&")],
  [
    "a parameter set among many",
    '<set-query-parameter name="z"><value>1</value></set-query-parameter>',
    LONGEST_URL,
    query("a=1&"),
  ],
  ["a path of many segments", set("context.Request.Url.Path.Length"), LONGEST_URL, path("/a")],
  ["a path of dots", set("context.Request.Url.Path.Length"), LONGEST_URL, path("/a/%2e%2e")],
  ["a path of escapes", set("context.Request.MatchedParameters.Count"), LONGEST_URL, path("/%41")],
  ["a path that is rewritten", '<rewrite-uri template="/x/{rest}" />', LONGEST_URL, path("/a")],
  [
    "header lines",
    names,
    LONGEST_HEADERS,
    lines(
      (i) => `X-${i}`,
      () => "1",
    ),
  ],
  [
    "lines of one header",
    names,
    LONGEST_HEADERS,
    lines(
      () => "X-A",
      () => "1",
    ),
  ],
  [
    "lines of a header that is set",
    '<set-header name="X-A" exists-action="override"><value>2</value></set-header>',
    LONGEST_HEADERS,
    lines(
      () => "X-A",
      () => "1",
    ),
  ],
  [
    "lines of a header that is deleted",
    '<set-header name="X-A" exists-action="delete" />',
    LONGEST_HEADERS,
    lines(
      () => "X-A",
      () => "1",
    ),
  ],
  ["names in Connection", "", LONGEST_HEADERS, line("Connection", "a,")],
  ["names in Vary and origins", cors, LONGEST_HEADERS, line("Origin", "https://good.example ")],
  ["types that are accepted", '<xml-to-json kind="direct" apply="always" />', LONGEST_HEADERS, line("Accept", "a/b;q=0,")],
  ["blanks in a type", '<json-to-xml apply="content-type-json" />', LONGEST_HEADERS, line("Content-Type", ";  ")],
  ["a key of a counter", limit, LONGEST_HEADERS, line("X-Key", "k")],
  [
    "cookies",
    set('context.Request.Headers.GetValueOrDefault("Cookie", "").Split(\';\').Length'),
    LONGEST_HEADERS,
    line("Cookie", "a=b;"),
  ],
  ["a token of many claims", jwt, LONGEST_TOKEN, token(fill("{", '"a":1,', '"b":1}'))],
  ["a token of one claim of many values", jwt, LONGEST_TOKEN, token(fill('{"a":[', "1,", "1]}"))],
  ["a token of long integers", jwt, LONGEST_TOKEN, token(fill('{"a":[', "1234567890123456789,", "1]}"))],
  ["a token of one long integer", jwt, LONGEST_TOKEN, token(fill('{"a":', "9", "}"))],
  ["a token of dots", jwt, LONGEST_TOKEN, line("Authorization", ".")],
  ["claims that an expression reads", asJwt, LONGEST_TOKEN, token(fill('{"a":[', "1234567890123456789,", "1]}"))],
  [
    "a name and password",
    set('context.Request.Headers.GetValueOrDefault("Authorization", "").AsBasic() == null'),
    LONGEST_TOKEN,
    line("Authorization", "Basic QTpB"),
  ],
];

describe.each(entries)("%s", (_name, policy, length, head) => {
  const gatewayOf = (): Promise<Gateway> =>
    createGateway({
      apis: {
        a: {
          path: "a",
          serviceUrl: "https://b.internal/base",
          subscriptionRequired: false,
          policy: document({ inbound: policy, backend: "<return-response />" }),
          operations: { get: { method: "GET", urlTemplate: "/*" } },
        },
      },
    });
  const request = (gateway: Gateway, asked: number) => {
    const { path: rest = "/", headers = {} } = head(asked);
    return () => gateway.handle({ method: "GET", url: `https://a.example/a${rest}`, headers });
  };

  it(`holds the process up no longer than ${MOST_TIME} ms, and grows it by no more than ${MOST_MEMORY} MB`, async () => {
    const send = request(await gatewayOf(), length);
    expect(await asOnReference(await timeOf(send, MOST_TIME))).toBeLessThanOrEqual(MOST_TIME);
    expect(await growthOfMemory(send)).toBeLessThanOrEqual(MOST_MEMORY);
  });

  it("takes twice as long for twice as much", async () => {
    const gateway = await gatewayOf();
    expect(await growthOfTime(request(gateway, length >> 1), request(gateway, length), MOST_GROWTH)).toBeLessThanOrEqual(
      MOST_GROWTH,
    );
  });
});
