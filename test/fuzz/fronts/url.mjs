import { Finding, holds, same } from "../engine/finding.mjs";
import { quotedIn, some } from "../engine/seeds.mjs";
import { document, world } from "../engine/world.mjs";

/** Templates by operation, with what a path must look like to be theirs. */
const operations = {
  root: ["/", /^\/?$/],
  users: ["/users", /^\/users\/?$/i],
  user: ["/users/{id}", /^\/users\/[^/]+\/?$/i],
  me: ["/users/me", /^\/users\/me\/?$/i],
  mixed: ["/files/v{major}.{minor}/x", /^\/files\/v[^/]*\.[^/]*\/x\/?$/i],
  rest: ["/static/{*path}", /^\/static(?:\/.*)?$/is],
};

/**
 * URLs: routing, the way to the backend, and what WHATWG's URL says of the same text. A second line is what a policy of the API `c` makes the
 * path of.
 */
export const front = {
  tokens:
    "http:// https:// HTTP:// gateway.example :80 :443 :00080 : :65536 @ user:pass@ [::1] [fe80::1%25eth0] 127.0.0.1 0x7f.1 xn--nxa /b /b/users /users/me /files/v1.2/x /static/ /../ /./ /%2e%2e/ /%2E./ \\ %5c %2f %00 %zz % ? # & = ;a=b //evil.example /..; ?a=1&a=2 ?%61=%26 + é 。 ／".split(
      " ",
    ),
  seeds: () => [
    "http://gateway.example/b/users/me?x=1&y=%20z",
    "https://GATEWAY.example:443/b/files/v1.2/x",
    "http://gateway.example/b/static/a/b/c?q",
    "http://[::1]:8080/b/",
    "/b/users/7",
    "/b/users/7/",
    "/b/static/../../admin",
    "/b/static/%2e%2e/%2e%2e/admin",
    "/b/users/%2fa",
    ...some(quotedIn("test/core/http", "url.test.ts", /^\/|:\/\//), 200),
    ...some(quotedIn("test/core/routing", ".test.ts", /^\/|:\/\//), 200),
    "/c/x\n../../admin",
    "/c/x?a=b\nto/%2e%2e\\..\\x?c=d",
  ],
  async open() {
    const rewrite = `<rewrite-uri template="@("/" + context.Request.Headers.GetValueOrDefault("X-To", ""))" copy-unmatched-params="true" />`;
    const { send } = await world({
      configuration: {
        apis: {
          c: {
            path: "c",
            serviceUrl: "http://backend.internal/base",
            subscriptionRequired: false,
            policy: document({ inbound: rewrite }),
            operations: { any: { method: "GET", urlTemplate: "/*" } },
          },
          b: {
            path: "b",
            serviceUrl: "http://backend.internal/base",
            subscriptionRequired: false,
            operations: Object.fromEntries(
              Object.entries(operations).map(([id, [urlTemplate]]) => [
                id,
                {
                  method: "GET",
                  urlTemplate,
                  templateParameters: [...urlTemplate.matchAll(/\{\*?(\w+)\}/g)].map(([, name]) => ({ name })),
                },
              ]),
            ),
          },
        },
      },
    });
    return {
      async run(bytes) {
        const [text, to = ""] = bytes.toString("utf8").split("\n");
        const url = text.startsWith("/") ? `http://gateway.example${text}` : text;
        const { status, exchange, sent } = await send({ url, headers: [["X-To", to.replace(/[\r\0]/g, "")]] }, text + to);
        const isRefused = exchange.lastError?.reason === "BadRequest";
        const known = URL.canParse(url) ? new URL(url) : null;
        if (!isRefused) sameAsWhatwg(url, known, exchange.originalUrl);
        else if (known !== null && /^http:\/\/[a-z.]{1,250}(?:\/[\w./-]*)?$/.test(url) && url.length < 2_000)
          throw new Finding("differs", `${url} is refused`);
        if (exchange.operation === null) {
          const path = /^http:\/\/gateway\.example\/b(\/[\w.-]*(?:\/[\w.-]+)*\/?)$/.exec(url)?.[1];
          if (path !== undefined && !/\/\.{1,2}(?:\/|$)/.test(path))
            for (const [id, [, pattern]] of Object.entries(operations))
              holds(!pattern.test(path), "differs", `${path} does not reach ${id}`);
        } else if (exchange.operation.id in operations)
          holds(
            [(path) => path, decoded].some((read) =>
              operations[exchange.operation.id][1].test(read(exchange.originalUrl.path.slice(2))),
            ),
            "differs",
            `${exchange.originalUrl.path} has reached ${exchange.operation.id}`,
          );
        for (const outgoing of sent) {
          const { origin, pathname } = new URL(outgoing.url);
          same(origin, "http://backend.internal", `the origin of ${outgoing.url}`);
          holds(
            pathname === "/base" || pathname.startsWith("/base/"),
            "escaped",
            `${url} ${to} leaves the service's path: ${outgoing.url}`,
          );
          holds(
            !/(?:^|[/\\])(?:\.|%2e){2}(?:[/\\]|$)/i.test(outgoing.url.replace(/[?].*/s, "")),
            "escaped",
            `dot segments go out: ${outgoing.url}`,
          );
        }
        if (status === 200 && exchange.operation !== null) holds(sent.length === 1, "differs", "nothing was sent");
      },
    };
  },
};

const decoded = (path) => {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
};

/** Where both take a URL they mean the same server, port and parameters. What WHATWG makes of other kinds of hosts is left out. */
function sameAsWhatwg(text, known, url) {
  if (known === null || !/^https?:\/\/[\x21-\x7e]*$/i.test(text) || /[\\]/.test(text.split(/[?#]/)[0])) return;
  if (/^[a-z][a-z\d-]*(?:\.[a-z][a-z\d-]*)*$/i.test(url.host) && !url.host.includes("xn--"))
    same(url.host, known.hostname, "the host");
  if (!/^\[/.test(url.host)) same(url.port, Number(known.port || (known.protocol === "https:" ? 443 : 80)), "the port");
  same(
    [...url.query].map(([name, value]) => [name, value]),
    [...known.searchParams],
    "the parameters",
  );
}
