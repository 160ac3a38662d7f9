import { createGateway, type Gateway } from "../../gateway.js";
import { check, wireCases } from "./cases.js";
import { contractConfiguration } from "./configuration.js";
import { connectionCases } from "./connections.js";
import { impostorCases } from "./impostors.js";
import { checkRefused, malformedCases } from "./malformed.js";
import { socketCases } from "./sockets.js";
import { type ContractUpstream, startUpstream } from "./upstream.js";
import { exchange } from "./wire.js";

/** A server on a gateway. */
export interface MountedServer {
  /** `http://127.0.0.1:8080` */
  readonly url: string;
  close(): void | Promise<void>;
}

/** One case of the contract, for a test runner to run. It fails by rejecting. */
export interface ContractCase {
  readonly name: string;
  readonly run: () => Promise<void>;
}

/** What every adapter in gateway mode must do. */
export interface AdapterContract {
  readonly cases: readonly ContractCase[];
  /** Starts backend and server; before the first case. */
  readonly start: () => Promise<void>;
  /** Ends them. */
  readonly stop: () => Promise<void>;
}

/**
 * The contract of adapters: what HTTP can do, case by case, against a server that `mount` starts. Knows no test framework.
 *
 *     const contract = adapterContract(async (gateway) => …);
 *     beforeAll(contract.start);
 *     afterAll(contract.stop);
 *     for (const { name, run } of contract.cases) it(name, run);
 *
 * @param mount starts a server for a gateway
 * @param options `wire: false` where the host loses the case of header names, lines apart and reason phrases (`fetch`); `upgrades: false`
 *   where it has no WebSocket connections to hand over
 */
export function adapterContract(
  mount: (gateway: Gateway) => Promise<MountedServer>,
  options: { readonly wire?: boolean; readonly upgrades?: boolean } = {},
): AdapterContract {
  let running: { upstream: ContractUpstream; server: MountedServer; gateway: Gateway } | null = null;
  const now = (): NonNullable<typeof running> => {
    if (running === null) throw new Error("The contract has not been started.");
    return running;
  };
  return {
    async start() {
      const upstream = await startUpstream();
      const gateway = await createGateway(contractConfiguration(upstream.url));
      running = { upstream, gateway, server: await mount(gateway) };
    },
    async stop() {
      const { upstream, server, gateway } = now();
      await server.close();
      await upstream.close();
      await gateway.close();
    },
    cases: [
      ...wireCases
        .filter(({ needsWire }) => needsWire !== true || options.wire !== false)
        .map((wireCase) => ({
          name: wireCase.name,
          run: async () => check(wireCase, (await exchange(now().server.url, [wireCase.request]))[0]),
        })),
      ...(options.wire === false ? [] : malformedCases).map((malformed) => ({
        name: malformed.name,
        run: () => checkRefused(malformed, now().server.url, now().upstream),
      })),
      ...[...connectionCases, ...impostorCases, ...(options.upgrades === false ? [] : socketCases)].map(({ name, run }) => ({
        name,
        run: () => run(now().server.url, now().upstream),
      })),
    ],
  };
}
