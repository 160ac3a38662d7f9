import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type ConfigurationSource, createGateway, httpSource } from "@turnpike/core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { answer, saying } from "./support.js";

let server: Server;
let origin: string;
let requests: IncomingMessage[];
let listener: RequestListener;
let open: ConfigurationSource[];
const { signal } = new AbortController();

beforeAll(async () => {
  server = createServer((request, response) => {
    requests.push(request);
    listener(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

beforeEach(() => {
  requests = [];
  open = [];
});

afterEach(async () => {
  for (const source of open) await source.close?.();
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const sourceOf = (url = `${origin}/gateway.json`, options?: Parameters<typeof httpSource>[1]): ConfigurationSource => {
  const source = httpSource(url, options);
  open.push(source);
  return source;
};

async function look(source: ConfigurationSource): Promise<string> {
  const configuration = await source.read(signal);
  if (configuration === null) return "same";
  const gateway = await createGateway(configuration);
  const said = await answer(gateway);
  await gateway.close();
  return said;
}

/** Serves a configuration with validators, and answers 304 where they still hold. */
function serving(word: string, validators: Readonly<Record<string, string>>): RequestListener {
  return (request, response) => {
    for (const [name, value] of Object.entries(validators)) response.setHeader(name, value);
    const known = request.headers["if-none-match"] ?? request.headers["if-modified-since"];
    if (known !== undefined && Object.values(validators).includes(known)) return response.writeHead(304).end();
    return response.end(JSON.stringify(saying(word)));
  };
}

describe("a configuration over HTTP", () => {
  it.each([
    ["its ETag", { ETag: '"1"' }, { ETag: '"2"' }, [undefined, '"1"', '"1"', '"2"']],
    ["a weak ETag", { ETag: 'W/"1"' }, { ETag: 'W/"2"' }, [undefined, 'W/"1"', 'W/"1"', 'W/"2"']],
    [
      "its date",
      { "Last-Modified": "Sun, 01 Feb 2026 00:00:00 GMT" },
      { "Last-Modified": "Mon, 02 Feb 2026 00:00:00 GMT" },
      [undefined, "Sun, 01 Feb 2026 00:00:00 GMT", "Sun, 01 Feb 2026 00:00:00 GMT", "Mon, 02 Feb 2026 00:00:00 GMT"],
    ],
    ["its bytes", {}, {}, [undefined, undefined, undefined, undefined]],
  ])("is known again by %s", async (_, first, second, sent) => {
    const source = sourceOf();
    listener = serving("one", first as Record<string, string>);
    expect([await look(source), await look(source)]).toEqual(["one", "same"]);
    listener = serving("two", second as Record<string, string>);
    expect([await look(source), await look(source)]).toEqual(["two", "same"]);
    expect(requests.map(({ headers }) => headers["if-none-match"] ?? headers["if-modified-since"])).toEqual(sent);
  });

  it("may be YAML; its name shows neither credentials nor query, which are sent", async () => {
    listener = (_, response) => response.end("apis: {}");
    const source = sourceOf(`${origin.replace("//", "//us%3Aer:p%40ss@")}/gateway.yaml?sig=s3cret`, {
      headers: { "X-Env": "prod" },
    });
    expect(await source.read(signal)).not.toBeNull();
    expect(source.name).toBe(`${origin}/gateway.yaml`);
    expect(requests[0]).toMatchObject({
      url: "/gateway.yaml?sig=s3cret",
      headers: { authorization: `Basic ${Buffer.from("us:er:p@ss").toString("base64")}`, "x-env": "prod" },
    });
  });

  it("that is wrong is refused with its places", async () => {
    listener = (_, response) => response.end("apis:\n  a:\n    pth: a\n");
    const configuration = await sourceOf().read(signal);
    await expect(createGateway(configuration!)).rejects.toMatchObject({
      diagnostics: [{ code: "TP4002", file: `${origin}/gateway.json`, line: 3 }],
    });
  });

  it("can name no files of this machine", async () => {
    listener = (_, response) =>
      response.end(JSON.stringify({ policy: { file: "/etc/hosts" }, namedValues: { k: { file: "/etc/hosts" } } }));
    const configuration = await sourceOf().read(signal);
    await expect(createGateway(configuration!)).rejects.toMatchObject({
      diagnostics: [
        { code: "TP3011", message: expect.stringContaining("can name no files") },
        { code: "TP3001", message: expect.stringContaining("can name no files") },
      ],
    });
  });

  it.each<[string, RequestListener, RegExp]>([
    ["an error", (_, response) => response.writeHead(503).end("x".repeat(100_000)), /gateway.json answered 503\.$/],
    ["a redirect", (_, response) => response.writeHead(302, { Location: "/other" }).end(), /302, and redirects are not followed/],
    ["not modified, without having been asked", (_, response) => response.writeHead(304).end(), /answered 304/],
    ["more than is taken", (_, response) => response.end("#".repeat(5_000)), /longer than 4096 bytes/],
    [
      "half an answer",
      (_, response) => response.writeHead(200, { "Content-Length": "100" }).write("x", () => response.destroy()),
      /./,
    ],
  ])("%s rejects, and is asked again", async (_, wrong, message) => {
    const source = sourceOf(undefined, { limit: 4_096 });
    listener = wrong;
    await expect(source.read(signal)).rejects.toThrow(message);
    listener = serving("one", { ETag: '"1"' });
    expect(await look(source)).toBe("one");
    listener = wrong;
    if (!/304/.test(message.source)) await expect(source.read(signal)).rejects.toThrow(message);
    listener = serving("one", { ETag: '"1"' });
    expect(await look(source)).toBe("same");
  });

  it("that does not answer ends with the reader's patience", async () => {
    listener = () => undefined;
    const controller = new AbortController();
    const reading = sourceOf().read(controller.signal);
    controller.abort();
    await expect(reading).rejects.toThrow();
    await expect(sourceOf(undefined, { timeout: 20 }).read(signal)).rejects.toThrow(/No answer within/);
  });

  it.each(["gateway.yaml", "ftp://host/x", ""])("%j is no URL of one", (url) => {
    expect(() => httpSource(url)).toThrow(TypeError);
  });
});
