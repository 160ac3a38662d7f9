import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { type ConsoleHandler, type ConsoleOptions, consoleHandler } from "@turnpike/adapters/console";
import { turnpike } from "@turnpike/adapters/node";
import { createGateway, type Gateway, loadConfiguration, systemClock } from "@turnpike/core";
import { identityProvider } from "@turnpike/core/testing";

const HOUR = 3_600_000;
const AUDIENCE = "api://payments-api";

/** The sample gateway of `npm start` before an upstream that can be told how to fail, with its console. */
export interface SampleConsole {
  readonly gateway: Gateway;
  readonly console: ConsoleHandler;
  /** Where callers call. */
  readonly url: string;
  /** Where the console is, with a slash at its end. */
  readonly consoleUrl: string;
  readonly tokens: Readonly<Record<"reader" | "writer" | "expired", string>>;
  /** Calls the gateway with a token and a subscription's key, and reads the answer away. `what` tells the upstream how to fail. */
  call(path: string, options?: CallOptions): Promise<{ readonly status: number; readonly text: string }>;
  /** Asks the console. */
  ask(path: string, init?: RequestInit): Promise<Response>;
  close(): Promise<void>;
}

/** How a call of the sample is made. */
export interface CallOptions {
  readonly method?: string;
  readonly token?: string | null;
  readonly key?: string | null;
  readonly what?: "gone" | "slow";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function upstream(): Server {
  let posts = 0;
  return createServer((request, response) => {
    if (request.headers["x-case"] === "gone") return void request.socket.destroy();
    const answer = (status: number, body: unknown): void => {
      response.writeHead(status, { "Content-Type": "application/json", "X-Powered-By": "ledger/1.0" });
      response.end(JSON.stringify(body));
    };
    request.resume();
    request.on("end", () => {
      const { pathname } = new URL(request.url!, "http://upstream");
      if (request.headers["x-case"] === "slow") return void setTimeout(() => answer(200, { accounts: [] }), 1_200);
      if (pathname === "/accounts") return answer(200, { accounts: [{ id: "a-1", balance: 120.5 }] });
      if (pathname === "/rates") return answer(200, { rate: 1.08 });
      posts++;
      return posts % 2 === 1 ? answer(503, { error: "busy" }) : answer(201, { id: `p-${posts / 2}` });
    });
  });
}

/** Starts it all on free ports of the loopback. */
export async function sampleConsole(options: ConsoleOptions = {}): Promise<SampleConsole> {
  const servers: Server[] = [];
  const serve = async (server: Server): Promise<string> => {
    servers.push(server);
    return listening(server);
  };
  let provider: ReturnType<typeof identityProvider> | null = null;
  const issuer = await serve(
    createServer((request, response) => {
      response.setHeader("Content-Type", "application/json");
      response.end(JSON.stringify(provider!.answer(`${issuer}${request.url}`)));
    }),
  );
  provider = identityProvider({ issuer, keys: [{ kid: "k1", alg: "RS256" }] }, systemClock);
  const token = (roles: readonly string[], expiresIn: number): string =>
    provider.token({ claims: { aud: AUDIENCE, roles }, expiresIn });
  const tokens = {
    reader: token(["Payments.Read"], HOUR),
    writer: token(["Payments.Read", "Payments.Write"], HOUR),
    expired: token(["Payments.Read"], -HOUR),
  };
  process.env["SAMPLE_UPSTREAM"] = await serve(upstream());
  process.env["SAMPLE_OPENID_CONFIG"] = `${issuer}/.well-known/openid-configuration`;
  const gateway = await createGateway(loadConfiguration(fileURLToPath(new URL("../../../sample/gateway.yaml", import.meta.url))));
  const named = Object.fromEntries(Object.entries(tokens).map(([name, text]) => [name, () => text]));
  const console = consoleHandler(gateway, { tokens: named, ...options });
  const url = await serve(createServer(turnpike(gateway)));
  const consoleUrl = `${await serve(createServer(console))}/`;
  return {
    gateway,
    console,
    url,
    consoleUrl,
    tokens,
    async call(path, { method = "GET", token: sent = tokens.reader, key = "key-gold", what, headers = {}, body } = {}) {
      const answer = await fetch(`${url}${path}`, {
        method,
        headers: {
          ...(sent === null ? {} : { Authorization: `Bearer ${sent}` }),
          ...(key === null ? {} : { "Ocp-Apim-Subscription-Key": key }),
          ...(what === undefined ? {} : { "X-Case": what }),
          ...headers,
        },
        ...(body === undefined ? {} : { body }),
      });
      return { status: answer.status, text: await answer.text() };
    },
    ask: (path, init) => fetch(`${consoleUrl}${path}`, init),
    async close() {
      console.close();
      for (const server of servers) {
        server.close();
        server.closeAllConnections();
      }
      await gateway.close();
    },
  };
}
