import type { Duplex } from "node:stream";

/** The head of a message of HTTP/1.1, as it stands on a connection. */
export interface MessageHead {
  /** The request line or status line. */
  readonly first: string;
  readonly lines: readonly (readonly [name: string, value: string])[];
}

/** Reads a message's head off a connection inside the process, and leaves what comes behind it there. */
export async function readHead(socket: Duplex): Promise<MessageHead> {
  let text = Buffer.alloc(0);
  for (;;) {
    const chunk = socket.read() as Buffer | null;
    if (chunk !== null) text = Buffer.concat([text, chunk]);
    const end = text.indexOf("\r\n\r\n");
    if (end >= 0) {
      const rest = text.subarray(end + 4);
      if (rest.length > 0) socket.unshift(rest);
      const [first = "", ...rows] = text.subarray(0, end).toString("latin1").split("\r\n");
      const lines = rows.map((row) => [row.slice(0, row.indexOf(":")), row.slice(row.indexOf(":") + 1).trim()] as const);
      return { first, lines };
    }
    if (chunk === null)
      await new Promise<void>((resolve) => {
        socket.once("readable", resolve);
      });
  }
}
