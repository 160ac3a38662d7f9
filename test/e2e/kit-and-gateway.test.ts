import { once } from "node:events";
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { serve } from "@turnpike/adapters/node";
import { createGateway, type GatewayConfiguration, type GatewayOutcome } from "@turnpike/core";
import { type FakeRule, policyTest, type RecordedCall, type RuleReply } from "@turnpike/core/testing";
import { afterEach, describe, expect, it } from "vitest";
import { type Case, cases, type Sent } from "./kit-and-gateway-cases.js";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function listening(server: Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

type Pairs = Iterable<readonly [string, string]>;

/** What hosts and clients say of the connection, and the time. */
const OF_THE_CONNECTION =
  /^(?:date|connection|keep-alive|transfer-encoding|content-length|host|user-agent|accept-encoding|traceparent)$/i;
const GUID = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/g;

const masked = (text: string): string => text.replace(GUID, "<id>");

function comparable(headers: Pairs): string[] {
  return [...headers]
    .filter(([name]) => !OF_THE_CONNECTION.test(name))
    .map(([name, value]) => masked(`${name.toLowerCase()}: ${value}`))
    .sort();
}

function pairs({ rawHeaders }: IncomingMessage): [string, string][] {
  return rawHeaders.flatMap((name, i) => (i % 2 === 0 ? [[name, rawHeaders[i + 1]!] as [string, string]] : []));
}

/** What a backend got. */
interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly string[];
  readonly body: string;
}

/** What both are to agree on. */
interface Verdict {
  readonly status: number;
  readonly reason: string;
  readonly headers: readonly string[];
  readonly body: string;
  /** What forward-request sent, then what send-request and the like did. */
  readonly received: readonly Received[];
  readonly error: unknown;
  readonly answeredBy: unknown;
}

/** Calls of send-request come in any order, where a document waits for several. */
function inOrder(forwarded: readonly Received[] = [], sent: readonly Received[] = []): Received[] {
  return [...forwarded, ...[...sent].sort((a, b) => (a.url < b.url ? -1 : a.url > b.url ? 1 : 0))];
}

/** A server that answers as the rules of a fake do. */
async function upstream(rules: readonly FakeRule[], received: Received[]): Promise<string> {
  const used = new Map<FakeRule, number>();
  const answer = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = "", url: path = "" } = incoming;
    received.push({ method, url: path, headers: comparable(pairs(incoming)), body: (await buffer(incoming)).toString() });
    const rule = rules.find(({ when }) => when?.path === undefined || when.path === path.split("?")[0]) ?? {};
    const turn = used.get(rule) ?? 0;
    used.set(rule, turn + 1);
    if (rule.fail !== undefined) return void incoming.socket.resetAndDestroy();
    const replies = [rule.reply ?? {}].flat() as readonly RuleReply[];
    const { status = 200, reason, headers = {}, body = "" } = replies[Math.min(turn, replies.length - 1)]!;
    const isText = typeof body === "string";
    for (const [name, value] of Object.entries(isText ? headers : { "Content-Type": "application/json", ...headers }))
      response.setHeader(name, value);
    response.writeHead(status, reason).end(isText ? body : JSON.stringify(body));
  };
  return listening(createServer((incoming, response) => void answer(incoming, response)));
}

function configuration(
  { sections, gateway = {}, api = {} }: Case,
  serviceUrl: string,
  externalUrl: string,
): GatewayConfiguration {
  const { inbound = "", backend = "<base />", outbound = "", onError = "" } = sections;
  const document = `<policies><inbound><base />${inbound}</inbound><backend>${backend}</backend><outbound><base />${outbound}</outbound><on-error><base />${onError}</on-error></policies>`;
  const methods = ["GET", "HEAD", "POST", "PUT", "DELETE"];
  const operations = Object.fromEntries(methods.map((method) => [method.toLowerCase(), { method, urlTemplate: "/*" }]));
  return {
    ...gateway,
    namedValues: { external: { value: externalUrl }, ...gateway.namedValues },
    apis: { a: { path: "a", serviceUrl, subscriptionRequired: false, operations, policy: document, ...api } },
  } as GatewayConfiguration;
}

/** What the kit says. */
async function byKit(tested: Case, config: GatewayConfiguration, url: string): Promise<Verdict[]> {
  const test = await policyTest({ gateway: config, backend: tested.backend ?? [], external: tested.external ?? [] });
  closing.push(() => test.gateway.close());
  const verdicts: Verdict[] = [];
  for (const { path = "/x", headers = {}, ...sent } of tested.requests) {
    const outcome = await test.send({ ...sent, url: `${url}/a${path}`, headers, ipAddress: "127.0.0.1" });
    const { status, reason, error, answeredBy } = outcome;
    const receivedOf = (call: RecordedCall): Received => {
      const { pathname, search } = new URL(call.url);
      return {
        method: call.method,
        url: pathname + search,
        headers: comparable(call.headers),
        body: Buffer.from(call.body).toString(),
      };
    };
    verdicts.push({
      status,
      reason,
      headers: comparable(outcome.headers),
      body: masked(outcome.text),
      received: inOrder(outcome.backendCalls.map(receivedOf), outcome.externalCalls.map(receivedOf)),
      error: error && { source: error.source, reason: error.reason, section: error.section, message: masked(error.message) },
      answeredBy: answeredBy?.policy ?? null,
    });
  }
  return verdicts;
}

/** What the gateway does behind node:http, in front of servers. */
async function byGateway(
  tested: Case,
  config: GatewayConfiguration,
  server: Server,
  url: string,
  received: readonly Received[][],
): Promise<Verdict[]> {
  let told: (outcome: GatewayOutcome) => void = () => undefined;
  const gateway = await createGateway(config, { onOutcome: (outcome) => told(outcome) });
  closing.push(() => gateway.close());
  serve(server, gateway);
  const verdicts: Verdict[] = [];
  for (const sent of tested.requests) {
    for (const calls of received) calls.length = 0;
    const outcome = new Promise<GatewayOutcome>((resolve) => (told = resolve));
    const { response, body } = await send(url, sent);
    const { error, by } = await outcome;
    verdicts.push({
      status: response.statusCode!,
      reason: response.statusMessage!,
      headers: comparable(pairs(response)),
      body: masked(body),
      received: inOrder(...received),
      error: error && { source: error.source, reason: error.reason, section: error.section, message: masked(error.message) },
      answeredBy: by.policy ?? by.layer,
    });
  }
  return verdicts;
}

async function send(url: string, { method = "GET", path = "/x", headers = {}, body }: Sent) {
  const sent = request(`${url}/a${path}`, { method, headers, agent: false });
  sent.end(body);
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  return { response, body: (await buffer(response)).toString() };
}

describe("the kit's verdict equals the running gateway's", () => {
  it.each(cases.map((tested) => [tested.name, tested] as const))("%s", async (_, tested) => {
    const [forwarded, sent]: [Received[], Received[]] = [[], []];
    const serviceUrl = await upstream(tested.backend ?? [], forwarded);
    const externalUrl = await upstream(tested.external ?? [], sent);
    const server = createServer();
    const url = await listening(server);
    const config = configuration(tested, serviceUrl, externalUrl);
    const real = await byGateway(tested, config, server, url, [forwarded, sent]);
    expect(real.map(({ status }) => status)).toEqual(tested.statuses);
    expect(await byKit(tested, config, url)).toEqual(real);
  });
});
