import { identityToken, identityTokenFailed } from "../../backends/identity-token.js";
import { parseIsoDuration } from "../../config/duration.js";
import { BodyTooLargeError } from "../../http/body.js";
import { Headers } from "../../http/headers.js";
import { TransportError } from "../../http/transport.js";
import { expressionError, internalError } from "../../policy/declared-error.js";
import { definePolicy } from "../../policy/define.js";
import { PolicyError } from "../../policy/error.js";
import type { Exchange } from "../../policy/exchange.js";
import { clientGone } from "../../policy/failure.js";
import type { Flow } from "../../policy/flow.js";
import { child, flag, many, text, valueChild } from "../../policy/schema.js";
import { parseTimeSpan } from "../authentication/jwt/duration.js";
import { jsonObject } from "../content-validation/validation-errors.js";
import { textValue } from "../text.js";
import { readAnswer } from "./answered-call.js";
import { integrationProblems } from "./problems.js";

/** What tokens for Service Bus are for. */
const RESOURCE = "https://servicebus.azure.net/";
const TIMEOUT = 60_000;
/** Several messages in one form: the only one in which names and values of properties may be any text. */
const CONTENT_TYPE = "application/vnd.microsoft.servicebus.json";
/** A host, with a port where it is not the standard one. */
const HOST = /^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\d{1,5})?$/;
/** A queue or topic: letters, digits, periods, hyphens, underscores, and slashes between parts. */
const ENTITY = /^(?!.*(?:^|\/)\.{1,2}(?:\/|$))[\w.~-]+(?:\/[\w.~-]+)*$/;

const sendingFailed = internalError(
  "Service Bus refuses the message or cannot be reached, and ignore-error is not true",
  "ServiceBusSendFailed",
  "The message could not be sent to '{entity}': {what}",
);
const nameInvalid = expressionError(
  "an expression gives a namespace, queue or topic that is none",
  "'{name}' is not the name of a Service Bus namespace, queue or topic.",
);
const timeToLiveInvalid = expressionError(
  "an expression gives a time-to-live that is none",
  "time-to-live is neither an ISO 8601 duration nor [d.]hh:mm:ss.",
);

/** The policy send-service-bus-message. */
export const sendServiceBusMessage = definePolicy({
  name: "send-service-bus-message",
  category: "integration",
  summary: "Puts a message on a Service Bus queue or topic.",
  remarks: [
    "The message is sent with a token of the host's managed identity, over HTTPS (`POST https://{namespace}/{queue or topic}/messages`), and its acceptance is waited for. The request goes on to the backend unless other policies end it.",
  ],
  readings: [
    "without namespace the one of `deployment.serviceBusNamespace` is meant",
    "a message without message-id gets one of 32 hexadecimal digits",
    "time-to-live is an ISO 8601 duration, [d.]hh:mm:ss or a number of seconds",
    "the variable receives a JObject with MessageId, SessionId and Body, and stays unset where sending failed",
    "one attempt is made; retry stands around the policy where more are wanted",
  ],
  sections: ["inbound", "outbound", "on-error"],
  scopes: ["global", "product", "api", "operation"],
  attributes: {
    "queue-name": text({ expressions: true, notes: "The queue; either it or topic-name is needed." }),
    "topic-name": text({ expressions: true, notes: "The topic; either it or queue-name is needed." }),
    namespace: text({ expressions: true, notes: "Host of the namespace, such as contoso.servicebus.windows.net." }),
    "client-id": text({ expressions: true, notes: "Client id of a user-assigned identity; without it the system-assigned one." }),
    "message-id": text({ expressions: true, notes: "Id of the message, by which duplicates are found." }),
    "session-id": text({ expressions: true, notes: "Session of the message; messages of one session keep their order." }),
    "time-to-live": text({ expressions: true, notes: "How long the message is kept, such as PT5M or 00:05:00." }),
    "response-variable-name": text({ notes: "Variable that receives the message that was sent." }),
    "ignore-error": flag({ notes: "true: the request goes on when sending fails." }),
  },
  children: {
    "message-properties": child({
      expressions: true,
      children: {
        "message-property": valueChild({
          max: many,
          attributes: { name: text({ required: true, notes: "The property's name." }) },
          notes: "A property of the message; the text is its value.",
        }),
      },
      notes: "What is sent besides the payload.",
    }),
    payload: valueChild({ min: 1, notes: "The message's body." }),
  },
  errors: [sendingFailed, nameInvalid, timeToLiveInvalid, identityTokenFailed],
  compile(element, compiler) {
    const { attributes, children } = element;
    const queue = attributes["queue-name"];
    const topic = attributes["topic-name"];
    const timeToLive = attributes["time-to-live"];
    if ((queue === null) === (topic === null))
      compiler.report(queue === null ? integrationProblems.queueOrTopicMissing() : integrationProblems.queueAndTopic());
    const ownNamespace = compiler.configuration.deployment.serviceBusNamespace;
    if (attributes.namespace === null && ownNamespace === null && !compiler.isDetached)
      compiler.report(integrationProblems.namespaceMissing());
    const literalLife = timeToLive?.literal;
    if (literalLife !== undefined && !literalLife.includes("{{") && durationOf(literalLife) === null)
      compiler.report(integrationProblems.timeToLiveInvalid(literalLife));
    const properties = (children["message-properties"][0]?.children["message-property"] ?? []).map(
      (property) => [property.attributes.name.literal!, textValue(property.text)] as const,
    );
    const payload = textValue(children.payload[0]?.text ?? null);
    const variable = attributes["response-variable-name"]?.literal ?? null;
    const ignores = attributes["ignore-error"]?.literal === true;

    return async (exchange): Promise<Flow> => {
      const host = (attributes.namespace?.get(exchange) ?? ownNamespace ?? "").trim();
      const entity = (queue ?? topic)!.get(exchange).trim();
      for (const [name, form] of [
        [host, HOST],
        [entity, ENTITY],
      ] as const)
        if (!form.test(name)) throw nameInvalid.error({ name: name.slice(0, 200) });
      const life = timeToLive === null ? null : durationOf(timeToLive.get(exchange));
      if (timeToLive !== null && life === null) throw timeToLiveInvalid.error();
      const body = payload.get(exchange) ?? "";
      const id = attributes["message-id"]?.get(exchange) || messageId(exchange);
      const session = attributes["session-id"]?.get(exchange) || null;
      const message = {
        Body: body,
        BrokerProperties: {
          MessageId: id,
          ...(session === null ? {} : { SessionId: session }),
          ...(life === null ? {} : { TimeToLive: life / 1000 }),
        },
        UserProperties: Object.fromEntries(properties.map(([name, value]) => [name, value.get(exchange) ?? ""])),
      };
      try {
        await send(exchange, host, entity, attributes["client-id"]?.get(exchange) || null, message);
      } catch (error) {
        if (exchange.signal.aborted) throw clientGone();
        if (!ignores || !(error instanceof PolicyError)) throw error;
        exchange.observer?.message(element.name, exchange.section, { message: error.message }, "error");
        return "continue";
      }
      if (variable !== null)
        exchange.variables.set(variable, jsonObject(exchange, { MessageId: id, SessionId: session, Body: body }));
      return "continue";
    };
  },
});

async function send(exchange: Exchange, host: string, entity: string, clientId: string | null, message: object): Promise<void> {
  let token: string;
  try {
    token = await identityToken(exchange, RESOURCE, clientId);
  } catch (error) {
    throw identityTokenFailed.error({ resource: RESOURCE, what: whatOf(error) }, { cause: error });
  }
  const headers = new Headers([
    ["Authorization", `Bearer ${token}`],
    ["Content-Type", CONTENT_TYPE],
  ]);
  const url = `https://${host}/${entity}/messages`;
  const body = Buffer.from(JSON.stringify([message]));
  let answer: Awaited<ReturnType<typeof readAnswer>>;
  try {
    answer = await readAnswer({ purpose: "call", method: "POST", url, headers, body, followRedirects: false }, TIMEOUT, exchange);
  } catch (error) {
    if (!(error instanceof TransportError || error instanceof BodyTooLargeError)) throw error;
    throw sendingFailed.error({ entity, what: error.message }, { cause: error });
  }
  const { status, reason } = answer;
  if (status < 200 || status > 299) throw sendingFailed.error({ entity, what: `Service Bus answered ${status} ${reason}.` });
}

function whatOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Milliseconds; null if the text is no duration. */
function durationOf(written: string): number | null {
  return parseIsoDuration(written) ?? parseTimeSpan(written);
}

function messageId(exchange: Exchange): string {
  return Buffer.from(exchange.runtime.random.bytes(16)).toString("hex");
}
