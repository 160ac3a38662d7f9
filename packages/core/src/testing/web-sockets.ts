import { type Duplex, duplexPair } from "node:stream";
import { webSocketPackage } from "../graphql/web-socket-library.js";
import { OptionalPackages } from "../policy/optional-packages.js";

/** A connection of the package `ws`, as far as the kit uses it. */
export interface WebSocketLine {
  readonly protocol: string;
  send(data: string | Uint8Array): void;
  close(code?: number, reason?: string): void;
  terminate(): void;
  on(event: "message", listener: (data: Buffer, isBinary: boolean) => void): this;
  on(event: "close", listener: (code: number, reason: Buffer) => void): this;
  on(event: "error" | "open", listener: (error?: Error) => void): this;
}

interface Package {
  readonly WebSocket: new (
    url: string,
    protocols: readonly string[],
    options: {
      readonly headers: Readonly<Record<string, string>>;
      readonly perMessageDeflate: false;
      readonly createConnection: () => Duplex;
    },
  ) => WebSocketLine;
  readonly WebSocketServer: new (options: {
    readonly noServer: true;
    readonly clientTracking: false;
    readonly perMessageDeflate: false;
    readonly handleProtocols: (protocols: ReadonlySet<string>) => string | false;
  }) => {
    handleUpgrade(request: object, socket: Duplex, head: Buffer, ready: (line: WebSocketLine) => void): void;
  };
}

/** The package `ws`. @throws Error where it is not installed */
export async function webSockets(): Promise<Package> {
  const packages = new OptionalPackages();
  await packages.load([webSocketPackage]);
  const found = packages.get(webSocketPackage);
  if (found === null) throw new Error(`Tests of WebSockets need the package ${webSocketPackage}: install it beside Turnpike.`);
  return found as Package;
}

/** Two ends of a connection inside the process. Where one is cut off, so is the other. */
export function line(): [Duplex, Duplex] {
  const [near, far] = duplexPair();
  near.once("close", () => {
    if (!near.writableFinished) far.destroy();
  });
  far.once("close", () => near.destroy());
  return [near, far];
}
