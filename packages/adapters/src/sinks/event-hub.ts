import type * as EventHubs from "@azure/event-hubs";
import type { Clock, LoggedEvent } from "@turnpike/core";
import { type BatchTarget, batchSink } from "./batches.js";
import type { EventHubSettings } from "./logger-settings.js";
import type { Sink, SinkReport } from "./sink.js";

/** Whoever gives tokens for a hub that is reached by an identity. */
export type TokenCredential = Extract<ConstructorParameters<typeof EventHubs.EventHubProducerClient>[2], { getToken: unknown }>;

/** What the client is told about failures: a gateway is not to hold messages for long. */
const RETRIES = { maxRetries: 2, retryDelayInMs: 500, timeoutInMs: 10_000 };

/**
 * Sends messages to an event hub, those of one partition in batches.
 * @param hubs the package
 * @param credential gives tokens for a hub without a connection string
 */
export function eventHubSink(
  hubs: typeof EventHubs,
  settings: EventHubSettings,
  credential: (clientId: string | null) => TokenCredential,
  clock: Clock,
  report: SinkReport,
): Sink {
  const { EventHubProducerClient } = hubs;
  const { name, connectionString, endpointAddress, identityClientId } = settings;
  const options = { retryOptions: RETRIES };
  const client =
    connectionString === null
      ? new EventHubProducerClient(endpointAddress!, name, credential(identityClientId), options)
      : /(?:^|;)\s*EntityPath=/i.test(connectionString)
        ? new EventHubProducerClient(connectionString, options)
        : new EventHubProducerClient(connectionString, name, options);
  const target: BatchTarget = {
    to: `the event hub ${name}`,
    async send(waiting) {
      const { partitionId, partitionKey } = waiting[0]!;
      const batch = await client.createBatch(
        partitionId !== null ? { partitionId } : partitionKey !== null && partitionKey !== "" ? { partitionKey } : {},
      );
      let taken = 0;
      // The bytes of the text: the client would send a text in quotes.
      while (
        taken < waiting.length &&
        goesWith(waiting[taken]!, waiting[0]!) &&
        batch.tryAdd({ body: Buffer.from(waiting[taken]!.message) })
      )
        taken++;
      if (taken === 0) {
        report.failed(new Error("The message is larger than the hub takes."), target.to);
        report.dropped(waiting[0]!.loggerId, 1);
        return 1;
      }
      await client.sendBatch(batch);
      return taken;
    },
    close: () => client.close().catch(() => {}),
  };
  return batchSink(target, clock, report);
}

function goesWith(event: LoggedEvent, first: LoggedEvent): boolean {
  return event.partitionId === first.partitionId && event.partitionKey === first.partitionKey;
}
