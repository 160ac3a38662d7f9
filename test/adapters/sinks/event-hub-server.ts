import type { createServer } from "node:net";
import rhea from "rhea";

/** A message as the hub got it. */
export interface HubMessage {
  /** `hub`, or `hub/Partitions/1`. */
  readonly address: string;
  readonly body: string;
  readonly partitionKey: string | null;
}

/** An event hub as far as its clients know: it speaks AMQP 1.0 on a port of this machine. */
export interface EventHubServer {
  readonly connectionString: string;
  readonly messages: HubMessage[];
  /** Refuses what comes from now on. */
  refuse: boolean;
  close(): void;
}

interface Context {
  readonly connection: { close(): void };
  readonly sender: {
    readonly source: { readonly address: string };
    set_source(source: object): void;
    set_target(target: object): void;
    send(message: object): void;
  };
  readonly receiver: {
    readonly target: { readonly address: string };
    readonly remote: { readonly attach: { readonly target: { readonly address: string } } };
    readonly local: { readonly attach: { max_message_size: number } };
    set_source(source: object): void;
    set_target(target: object): void;
  };
  /** A batch comes as its bytes. */
  readonly message: Buffer & { readonly message_id: unknown };
  readonly delivery: { accept(): void; reject(error: object): void };
}

/** Starts one. */
export async function eventHubServer(): Promise<EventHubServer> {
  const container = rhea.create_container({ autoaccept: false });
  const messages: HubMessage[] = [];
  const replies = new Map<string, Context["sender"]>();
  const hub = { refuse: false };
  const handlers: Record<string, (context: Context) => void> = {
    sender_open({ sender }) {
      sender.set_source(sender.source);
      replies.set(sender.source.address, sender);
    },
    receiver_open({ receiver }) {
      receiver.set_target(receiver.target);
      receiver.local.attach.max_message_size = 1024 * 1024;
    },
    message({ receiver, message, delivery }) {
      const { address } = receiver.target;
      if (address === "$cbs") {
        delivery.accept();
        const properties = { "status-code": rhea.types.wrap_int(202), "status-description": "Accepted" };
        for (const sender of replies.values())
          sender.send({ correlation_id: message.message_id, application_properties: properties, body: "" });
        return;
      }
      if (hub.refuse) return delivery.reject({ condition: "amqp:not-allowed", description: "No." });
      const batch = rhea.message.decode(message) as unknown as { readonly body: { readonly content: Buffer | Buffer[] } };
      for (const raw of [batch.body.content].flat()) {
        const inner = rhea.message.decode(raw) as unknown as {
          readonly body: { readonly content: Buffer };
          readonly message_annotations?: Readonly<Record<string, string>>;
        };
        messages.push({
          address: address.replace(/^\//, ""),
          body: inner.body.content.toString("utf8"),
          partitionKey: inner.message_annotations?.["x-opt-partition-key"] ?? null,
        });
      }
      delivery.accept();
    },
  };
  for (const [event, handler] of Object.entries(handlers)) container.on(event, handler as never);
  for (const event of ["disconnected", "connection_error", "protocol_error"]) container.on(event, () => {});
  const server = container.listen({ port: 0, host: "127.0.0.1" }) as ReturnType<typeof createServer>;
  const sockets = new Set<{ destroy(): void }>();
  server.on("connection", (socket) => sockets.add(socket));
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as { port: number };
  return {
    connectionString: `Endpoint=sb://127.0.0.1:${port};SharedAccessKeyName=k;SharedAccessKey=CANARY-hub-key;UseDevelopmentEmulator=true`,
    messages,
    get refuse() {
      return hub.refuse;
    },
    set refuse(value) {
      hub.refuse = value;
    },
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
