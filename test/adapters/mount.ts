import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, it } from "vitest";
import type { UpgradeListener } from "#adapters/node/index.js";
import type { AdapterContract, MountedServer } from "#core/testing/index.js";

/** A server with this listener on a port of its own. */
export async function listen(listener: RequestListener, upgrade?: UpgradeListener): Promise<MountedServer> {
  const server = createServer(listener);
  if (upgrade !== undefined) server.on("upgrade", upgrade);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Runs a contract as tests. */
export function runContract(name: string, contract: AdapterContract): void {
  describe(name, () => {
    beforeAll(contract.start);
    afterAll(contract.stop);
    for (const { name: title, run } of contract.cases) it(title, run);
  });
}
