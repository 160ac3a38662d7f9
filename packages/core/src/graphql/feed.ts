import type { GraphqlResult } from "../policies/content-validation/graphql-library.js";
import { RequestFault } from "../policies/content-validation/graphql-query.js";
import { subscriptionHubs } from "../policies/graphql/subscription-hub.js";
import { logEvents } from "../policy/log-events.js";
import type { Caller } from "./caller.js";
import { type Query, subscriptionField } from "./query.js";
import type { GraphqlServer } from "./server.js";

/** Events that wait for their turn; a subscription that cannot follow ends. */
const MOST_WAITING = 100;

/** Who gets the results of a subscription. */
export interface Subscriber {
  next(result: GraphqlResult): void | Promise<void>;
  /** It ends by itself. */
  ended(): void;
}

/**
 * Subscribes to what an operation asks for. Each event is the root of a run of the operation, one after the other.
 * @returns a function that ends it
 * @throws RequestFault if it cannot be, with the request at fault
 */
export function subscribe(server: GraphqlServer, query: Query, caller: Caller, subscriber: Subscriber): () => void {
  const { library, schema } = server.schema;
  const field = subscriptionField(query);
  const { errors } = library.getVariableValues(schema, query.operation.variableDefinitions ?? [], query.variables ?? {}, {
    maxErrors: 1,
  });
  const [invalid] = errors ?? [];
  if (invalid !== undefined) throw new RequestFault(invalid.message);
  const waiting: unknown[] = [];
  let isRunning = false;
  let isOver = false;
  const stop = (): void => {
    isOver = true;
    waiting.length = 0;
    leave?.();
  };
  const end = (): void => {
    if (isOver) return;
    stop();
    subscriber.ended();
  };
  const run = async (): Promise<void> => {
    isRunning = true;
    while (waiting.length > 0) {
      const event: unknown = waiting.shift();
      try {
        const result = await server.execute(query, caller, server.allowance(caller.exchange), { [field!]: event });
        if (!isOver) await subscriber.next(result);
      } catch {
        end();
      }
    }
    isRunning = false;
  };
  const { runtime } = caller.exchange;
  const leave = subscriptionHubs.of(runtime).listen(server.api, field!, server.limits.maxSubscriptions, {
    event(value) {
      if (waiting.length >= MOST_WAITING) {
        runtime.logger.warn({ api: server.api.id, field }, logEvents.subscriberTooSlow);
        return end();
      }
      waiting.push(value);
      if (!isRunning) void run();
    },
    ended: end,
  });
  if (leave === null) throw new RequestFault("There are too many subscriptions.");
  return stop;
}
