import type { Duplex } from "node:stream";

/** The package that knows WebSocket connections. */
export const webSocketPackage = "ws";

/** A connection, as far as it is used. */
export interface WebSocketConnection {
  readonly protocol: string;
  readonly bufferedAmount: number;
  send(data: string): void;
  close(code: number, reason: string): void;
  terminate(): void;
  on(event: "message", listener: (data: Buffer, isBinary: boolean) => void): this;
  on(event: "close", listener: () => void): this;
  on(event: "error", listener: (error: Error) => void): this;
}

/** A request for an upgrade. */
export interface UpgradeRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What is used of the package. */
export interface WebSocketLibrary {
  readonly WebSocketServer: new (options: {
    readonly noServer: true;
    readonly clientTracking: false;
    readonly perMessageDeflate: false;
    readonly maxPayload: number;
    readonly handleProtocols: (protocols: ReadonlySet<string>) => string | false;
  }) => {
    handleUpgrade(request: UpgradeRequest, socket: Duplex, head: Buffer, ready: (connection: WebSocketConnection) => void): void;
  };
}
