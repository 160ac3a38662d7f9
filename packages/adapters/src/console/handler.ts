import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Gateway } from "@turnpike/core";
import { catalogueOf, documentsIn, operationOf, pipelineOf } from "./catalogue.js";
import { type ConsoleOptions, GatewayConsole } from "./console.js";
import { rowFilter } from "./filter.js";
import { jsonBody, type Refusal, refusalOf, writeRefusal } from "./guard.js";
import { madeTest } from "./made-test.js";
import type { ConsoleFacts, RequestPage } from "./messages.js";
import { PageFiles } from "./page-files.js";
import { readSentRequest, sendRequest } from "./sending.js";
import { stateOf } from "./state.js";
import { RequestStreams } from "./stream.js";

/** A request listener, and a middleware of Express. A path that it does not know is answered 404. */
export interface ConsoleHandler {
  (incoming: IncomingMessage, outgoing: ServerResponse): void;
  /** Stops looking on at the gateway, and ends the streams of open pages. */
  close(): void;
}

/** Rows of one answer. */
const MOST_ROWS = 1_000;
/** Files of documents that one page asks for. */
const MOST_FILES = 100;

const HEADERS = {
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Cross-Origin-Opener-Policy": "same-origin",
};

/**
 * The console of a gateway: a page with its requests, APIs and state. It asks for no key: mount it behind the host's own login, or on a
 * loopback address. Read-only unless told otherwise. From when it is made it looks on at every request.
 *
 *     app.use("/console", login, consoleHandler(gateway));
 *     http.createServer(consoleHandler(gateway, { readOnly: false })).listen(9465, "127.0.0.1");
 *
 * @throws TypeError for a gateway that createGateway has not made
 */
export function consoleHandler(gateway: Gateway, options: ConsoleOptions = {}): ConsoleHandler {
  const server = new ConsoleServer(gateway, options);
  const handler = (incoming: IncomingMessage, outgoing: ServerResponse): void => server.handle(incoming, outgoing);
  return Object.assign(handler, { close: () => server.close() });
}

type Answer = { readonly data: unknown } | Refusal;

class ConsoleServer {
  private readonly console: GatewayConsole;
  private readonly streams: RequestStreams;
  private readonly files = new PageFiles();
  private readonly hosts: ReadonlySet<string> | null;
  private readonly tokens: ReadonlyMap<string, () => string | Promise<string>>;
  private readonly isReadOnly: boolean;
  private isMakingTest = false;

  constructor(
    private readonly gateway: Gateway,
    private readonly options: ConsoleOptions,
  ) {
    this.console = new GatewayConsole(gateway, options);
    this.streams = new RequestStreams(this.console.log);
    this.hosts = options.hosts === undefined ? null : new Set(options.hosts.map((host) => host.toLowerCase()));
    this.tokens = new Map(Object.entries(options.tokens ?? {}));
    this.isReadOnly = options.readOnly ?? true;
  }

  close(): void {
    this.streams.close();
    this.console.close();
  }

  handle(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const refusal = refusalOf(incoming, this.hosts);
    if (refusal !== null) return this.send(incoming, outgoing, refusal);
    const target = this.target(incoming);
    if (target === null) return this.send(incoming, outgoing, { status: 404, message: "There is no such page." });
    // Everything in the page is relative to the console's folder.
    if (target === "redirect") {
      const folder = (originalUrl(incoming).split("?", 1)[0]!.split("/").at(-1) ?? "") || ".";
      outgoing.writeHead(307, { ...HEADERS, Location: `./${folder}/` });
      return void outgoing.end();
    }
    const { path, query } = target;
    if (path === "api/stream" && incoming.method === "GET") return this.stream(outgoing, incoming, query);
    if (path.startsWith("api/"))
      return void this.api(incoming, path.slice("api/".length), query).then(
        (answer) => this.send(incoming, outgoing, answer),
        () => this.send(incoming, outgoing, { status: 500, message: "The console failed." }),
      );
    this.file(incoming, outgoing, path);
  }

  /** The path below the console's, without slash at its start. */
  private target(incoming: IncomingMessage): { path: string; query: URLSearchParams } | "redirect" | null {
    const base = (this.options.path ?? "").replace(/\/+$/, "");
    const text = incoming.url ?? "/";
    const [path = "/"] = text.split("?", 1);
    if (path === base && base !== "") return "redirect";
    if (!path.startsWith(`${base}/`)) return null;
    // Express makes a slash of what was none.
    if (path === "/" && base === "" && !(originalUrl(incoming).split("?", 1)[0] ?? "/").endsWith("/")) return "redirect";
    return { path: path.slice(base.length + 1), query: new URLSearchParams(text.slice(path.length + 1)) };
  }

  private stream(outgoing: ServerResponse, incoming: IncomingMessage, query: URLSearchParams): void {
    for (const [name, value] of Object.entries({ ...HEADERS, "Cache-Control": "no-store" })) outgoing.setHeader(name, value);
    if (!this.streams.begin(outgoing, query))
      this.send(incoming, outgoing, { status: 503, message: "Too many pages follow the requests already." });
  }

  private file(incoming: IncomingMessage, outgoing: ServerResponse, path: string): void {
    const file = incoming.method === "GET" || incoming.method === "HEAD" ? this.files.get(path) : null;
    if (!this.files.isBuilt)
      return this.send(incoming, outgoing, {
        status: 500,
        message: "The console's page was not built: run the build of the repository.",
      });
    if (file === null) return this.send(incoming, outgoing, { status: 404, message: "There is no such page." });
    outgoing.writeHead(200, { ...HEADERS, ...file.headers, "Content-Length": file.bytes.length });
    outgoing.end(incoming.method === "HEAD" ? undefined : file.bytes);
  }

  private async api(incoming: IncomingMessage, path: string, query: URLSearchParams): Promise<Answer> {
    const [name = "", ...rest] = path.split("/").map(decoded);
    if (incoming.method === "POST") {
      if (name !== "send" || rest.length > 0) return notFound;
      return this.sent(incoming);
    }
    if (incoming.method !== "GET") return { status: 405, message: "Invalid method: expected GET or POST." };
    const { console: seen } = this;
    switch (name) {
      case "facts":
        return { data: this.facts() };
      case "requests":
        if (rest.length === 0) return this.requests(query);
        return rest[1] === "test" ? this.test(rest[0]!) : found(seen.detail(rest[0]!));
      case "documents":
        return { data: documentsIn(seen.explained, query.getAll("file").slice(0, MOST_FILES)) };
      case "catalogue":
        return { data: catalogueOf(seen.explained, [...this.tokens.keys()]) };
      case "pipeline": {
        const operation = operationOf(seen.explained, query.get("api") ?? "", query.get("operation") ?? "");
        return operation === null ? notFound : { data: pipelineOf(seen.explained, operation, query.get("product")) };
      }
      case "state":
        return { data: this.state() };
      default:
        return notFound;
    }
  }

  private facts(): ConsoleFacts {
    return {
      version: (JSON.parse(readFileSync(manifest, "utf8")) as { version: string }).version,
      isReadOnly: this.isReadOnly,
      gateway: this.gateway.configuration.deployment.serviceName,
      tracesPerSecond: this.options.tracesPerSecond ?? 50,
    };
  }

  private requests(query: URLSearchParams): Answer {
    const asked = Number(query.get("limit") ?? 200);
    const most = Number.isSafeInteger(asked) && asked > 0 ? Math.min(asked, MOST_ROWS) : 200;
    const before = Number(query.get("before") ?? "");
    const { log } = this.console;
    const { rows } = log.latest(rowFilter(query), most, before > 0 ? { before } : {});
    const page: RequestPage = { rows, seen: log.seen };
    return { data: page };
  }

  /** One at a time: each is run, some of them several times. */
  private async test(id: string): Promise<Answer> {
    const trace = this.console.detail(id)?.trace ?? null;
    if (trace === null) return notFound;
    if (this.isMakingTest) return { status: 503, message: "Another test is being made: try again." };
    this.isMakingTest = true;
    try {
      const made = await madeTest(this.gateway, trace);
      return "message" in made ? made : { data: made };
    } finally {
      this.isMakingTest = false;
    }
  }

  private state(): unknown {
    const { log, counters, explained, lastChange } = this.console;
    return stateOf(this.gateway, {
      log,
      counters,
      lastChange,
      source: this.options.source?.() ?? null,
      now: Date.now(),
      mask: (text) => explained.mask.text(text),
    });
  }

  private async sent(incoming: IncomingMessage): Promise<Answer> {
    if (this.isReadOnly) return { status: 403, message: "The console is read-only." };
    const refusal = writeRefusal(incoming);
    if (refusal !== null) return refusal;
    const request = readSentRequest(await jsonBody(incoming));
    if ("message" in request) return request;
    const { pathname, search } = new URL(request.url);
    const operation = this.console.explained.find(request.method, `${pathname}${search}`);
    const answer = await sendRequest(this.gateway, request, {
      keyHeader: operation?.api.subscriptionKeyParameterNames.header ?? "Ocp-Apim-Subscription-Key",
      tokens: this.tokens,
      ipAddress: (incoming.socket.remoteAddress ?? "").replace(/^::ffff:/, ""),
    });
    return "message" in answer ? answer : { data: answer };
  }

  private send(incoming: IncomingMessage, outgoing: ServerResponse, answer: Answer): void {
    incoming.resume();
    if (outgoing.headersSent || outgoing.destroyed) return;
    const isRefusal = "message" in answer;
    const text = JSON.stringify(isRefusal ? { message: answer.message } : answer.data);
    outgoing.writeHead(isRefusal ? answer.status : 200, {
      ...HEADERS,
      "Content-Type": "application/json",
      "Content-Length": Buffer.byteLength(text),
      "Cache-Control": "no-store",
    });
    outgoing.end(incoming.method === "HEAD" ? undefined : text);
  }
}

const notFound: Refusal = { status: 404, message: "There is no such thing here, or it is not kept any more." };
const found = (data: unknown): Answer => (data === null ? notFound : { data });

const manifest = new URL("../../package.json", import.meta.url);

const originalUrl = (incoming: IncomingMessage): string =>
  "originalUrl" in incoming && typeof incoming.originalUrl === "string" ? incoming.originalUrl : (incoming.url ?? "/");

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
