import { defineResolverPolicy } from "../../policy/define.js";
import type { Exchange } from "../../policy/exchange.js";
import type { Flow } from "../../policy/flow.js";
import { child, many, text } from "../../policy/schema.js";
import { plainJson, type Resolved, resolvedValue } from "./resolved-value.js";
import { subscriptionHubs } from "./subscription-hub.js";

/** The policy publish-event. */
export const publishEvent = defineResolverPolicy({
  name: "publish-event",
  category: "graphql",
  summary: "Publishes the result of a resolver to GraphQL subscriptions.",
  remarks: [
    "Publishes the resolver's result, as it stands at this point, to everybody who is subscribed to the fields. The result of the field itself stays as it is.",
  ],
  readings: [
    "the event is the resolver's result, taken for an object of the subscription field's type",
    "every subscriber of the field gets every event, whatever arguments it has given",
    "events reach subscribers that are connected to the same process, in the order of publishing; nothing is kept for later",
    "a result that is no JSON is not published",
  ],
  attributes: {},
  children: {
    targets: child({
      min: 1,
      children: {
        "graphql-subscription": child({
          min: 1,
          max: many,
          attributes: { id: text({ required: true, notes: "Name of the subscription field." }) },
          notes: "A field of the schema's subscription type.",
        }),
      },
      notes: "Where to publish.",
    }),
  },
  compile(element) {
    const fields = element.children.targets.flatMap(({ children }) =>
      children["graphql-subscription"].map(({ attributes: { id } }) => id.literal!.trim()),
    );
    return (exchange): Flow | Promise<Flow> => {
      const resolved = resolvedValue(exchange);
      return resolved instanceof Promise
        ? resolved.then((value) => publish(exchange, fields, value))
        : publish(exchange, fields, resolved);
    };
  },
});

function publish(exchange: Exchange, fields: readonly string[], resolved: Resolved): Flow {
  const { api, runtime } = exchange;
  const hub = subscriptionHubs.of(runtime);
  if (api === null || !fields.some((field) => hub.has(api, field))) return "continue";
  let value: unknown;
  try {
    value = "value" in resolved ? resolved.value : plainJson(resolved.text);
  } catch {
    exchange.observer?.message("publish-event", exchange.section, "The result is no JSON: nothing is published.", "error");
    return "continue";
  }
  for (const field of fields) hub.publish(api, field, value);
  return "continue";
}
