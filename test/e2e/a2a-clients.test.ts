import type { RequestListener } from "node:http";
import { type AgentCard, type Part, Role, type SendMessageRequest } from "@a2a-js/sdk";
import { ClientFactory, DefaultAgentCardResolver, JsonRpcTransportFactory } from "@a2a-js/sdk/client";
import { AgentEvent, type AgentExecutor, DefaultRequestHandler, InMemoryTaskStore } from "@a2a-js/sdk/server";
import { agentCardHandler, jsonRpcHandler, UserBuilder } from "@a2a-js/sdk/server/express";
import { turnpike } from "@turnpike/adapters/node";
import { createGateway, type Gateway } from "@turnpike/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { express5 } from "../adapters/frameworks.js";
import { backend } from "../adapters/node/servers.js";
import { document } from "../core/policies/support.js";
import { safetyServer } from "./model-servers.js";

const KEY = "a-key-of-the-agents-product";
const closing: (() => unknown)[] = [];
let gateway: Gateway;
let address = "";

const textPart = (value: string): Part => ({
  content: { $case: "text", value },
  metadata: undefined,
  filename: "",
  mediaType: "",
});

const message = (text: string) => ({
  messageId: "m",
  contextId: "c",
  taskId: "",
  role: Role.ROLE_AGENT,
  parts: [textPart(text)],
  metadata: undefined,
  extensions: [],
  referenceTaskIds: [],
});

/** As much of Express as is used. */
interface App extends RequestListener {
  use(path: string, handler: unknown): void;
  get(path: string, handler: (request: unknown, response: { json(value: unknown): void }) => void): void;
}

/** Says what it was told again; of "go on" it makes a task with a piece for each word, spelled backwards. */
const echo: AgentExecutor = {
  async execute({ userMessage, taskId, contextId }, bus) {
    const text = userMessage.parts.map((part) => (part.content?.$case === "text" ? part.content.value : "")).join("");
    if (!text.startsWith("go on")) bus.publish(AgentEvent.message(message(`Echo: ${text}`)));
    else {
      bus.publish(
        AgentEvent.task({ id: taskId, contextId, status: undefined, artifacts: [], history: [], metadata: undefined } as never),
      );
      for (const word of text
        .split(" ")
        .slice(2)
        .map((told) => [...told].reverse().join("")))
        bus.publish(
          AgentEvent.artifactUpdate({
            taskId,
            contextId,
            artifact: {
              artifactId: word,
              name: "",
              description: "",
              parts: [textPart(word)],
              metadata: undefined,
              extensions: [],
            },
            append: false,
            lastChunk: true,
            metadata: undefined,
          }),
        );
    }
    bus.finished();
  },
  cancelTask: async () => undefined,
};

beforeAll(async () => {
  const app = (express5 as () => App)();
  const agent = await backend(app);
  const card = {
    name: "echo",
    description: "Says it again.",
    version: "1.0.0",
    supportedInterfaces: [
      { url: `${agent.url}/rest`, protocolBinding: "HTTP+JSON", protocolVersion: "1.0", tenant: "" },
      { url: `${agent.url}/a2a/rpc`, protocolBinding: "JSONRPC", protocolVersion: "1.0", tenant: "" },
      { url: `${agent.url}/a2a/rpc`, protocolBinding: "JSONRPC", protocolVersion: "0.3", tenant: "" },
    ],
    capabilities: { streaming: true, pushNotifications: false, extensions: [] },
    securitySchemes: {},
    securityRequirements: [],
    defaultInputModes: ["text"],
    defaultOutputModes: ["text"],
    skills: [],
    signatures: [],
    provider: undefined,
  } satisfies AgentCard;
  const requestHandler = new DefaultRequestHandler(card, new InMemoryTaskStore(), echo);
  const legacyCompat = { enabled: true };
  app.use("/a2a/card.json", agentCardHandler({ agentCardProvider: requestHandler }));
  const { supportedInterfaces: _, securityRequirements: __, signatures: ___, provider: ____, ...old } = card;
  app.get("/a2a/old-card.json", (_request, response) => {
    response.json({
      ...old,
      url: `${agent.url}/rest`,
      preferredTransport: "HTTP+JSON",
      additionalInterfaces: [{ url: `${agent.url}/a2a/rpc`, transport: "JSONRPC" }],
      protocolVersion: "0.3.0",
    });
  });
  app.use("/a2a/rpc", jsonRpcHandler({ requestHandler, userBuilder: UserBuilder.noAuthentication, legacyCompat }));
  const safety = await safetyServer("bad", "evil");
  const api = (id: string, card: string) => ({
    path: `agents/${id}`,
    type: "a2a" as const,
    agent: { id },
    a2aProperties: { agentCardBackendUrl: `${agent.url}/a2a/${card}` },
    jsonRpcProperties: { backendUrl: `${agent.url}/a2a`, path: "/rpc" },
    policy: document(
      `<rate-limit-by-key calls="100" renewal-period="60" counter-key="all" />
       <llm-content-safety backend-id="safety" enforce-on-completions="true"><categories><category name="Hate" threshold="4" /></categories></llm-content-safety>`,
    ),
  });
  gateway = await createGateway(
    {
      products: { agents: { apis: ["echo", "old"] } },
      subscriptions: { caller: { scope: "/products/agents", primaryKey: KEY } },
      backends: { safety: { url: safety.url } },
      apis: {
        echo: api("echo", "card.json"),
        old: api("old", "old-card.json"),
      },
    },
    { credentials: { managedIdentity: async () => ({ token: "t", expiresAt: Number.MAX_SAFE_INTEGER }) } },
  );
  const front = await backend(turnpike(gateway));
  address = front.url;
  closing.push(agent.close, safety.close, front.close);
});
afterAll(async () => {
  for (const close of closing) close();
  await gateway.close();
});

/** The official client of A2A, which learns from the card where the agent is. */
async function connected({ key = KEY, version = "1.0" } = {}) {
  const fetchImpl: typeof fetch = (url, init) => {
    const headers = new Headers(init?.headers);
    headers.set("Ocp-Apim-Subscription-Key", key);
    return fetch(url, { ...init, headers });
  };
  const legacyCompat = { enabled: version === "0.3" };
  const factory = new ClientFactory({
    transports: [new JsonRpcTransportFactory({ fetchImpl, legacyCompat })],
    cardResolver: new DefaultAgentCardResolver({ fetchImpl, legacyCompat }),
  });
  return factory.createFromUrl(`${address}/agents/${version === "1.0" ? "echo" : "old"}/`);
}

const ask = (text: string): SendMessageRequest => ({
  tenant: "",
  message: { ...message(text), role: Role.ROLE_USER, contextId: "" },
  configuration: undefined,
  metadata: undefined,
});

const said = (answer: object): string => JSON.stringify(answer).match(/"value":"([^"]*)"/)?.[1] ?? JSON.stringify(answer);

describe("the official client of A2A", () => {
  it.each(["1.0", "0.3"])("learns the gateway's address from the card, and talks to the agent, version %s", async (version) => {
    const client = await connected({ version });
    expect(said(await client.sendMessage(ask("hello")))).toBe("Echo: hello");
  });

  it.each(["1.0", "0.3"])("follows a stream, version %s", async (version) => {
    const client = await connected({ version });
    const words: string[] = [];
    for await (const { payload } of client.sendMessageStream(ask("go on one two three")))
      if (payload?.$case === "artifactUpdate") words.push(payload.value.artifact!.artifactId);
    expect(words).toEqual(["eno", "owt", "eerht"]);
  });

  it("gets no word of a message that is found harmful, and nothing of a stream from there on", async () => {
    const client = await connected();
    await expect(client.sendMessage(ask("something bad"))).rejects.toThrow(/403/);
    const words: string[] = [];
    const reading = async () => {
      for await (const { payload } of client.sendMessageStream(ask("go on one live two")))
        if (payload?.$case === "artifactUpdate") words.push(payload.value.artifact!.artifactId);
    };
    await reading();
    expect(words).toEqual(["eno"]);
  });

  it("needs the key for the card and for messages", async () => {
    await expect(connected({ key: "wrong" })).rejects.toThrow(/401/);
    const answer = await fetch(`${address}/agents/echo`, { method: "POST", body: "{}" });
    expect(answer.status).toBe(401);
  });

  it("reads in the card how to show its key", async () => {
    const client = await connected();
    const card = await client.getAgentCard();
    expect(
      card.supportedInterfaces.map(({ url, protocolBinding, protocolVersion }) => [url, protocolBinding, protocolVersion]),
    ).toEqual([
      [`${address}/agents/echo`, "JSONRPC", "1.0"],
      [`${address}/agents/echo`, "JSONRPC", "0.3"],
    ]);
    expect(card.securitySchemes["apiKeyHeader"]?.scheme).toMatchObject({
      $case: "apiKeySecurityScheme",
      value: { location: "header", name: "Ocp-Apim-Subscription-Key" },
    });
    expect(card.securityRequirements.map(({ schemes }) => Object.keys(schemes))).toEqual([["apiKeyHeader"], ["apiKeyQuery"]]);
  });
});
