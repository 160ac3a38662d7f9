import { chargeOfBytes } from "@turnpike/expressions/values";
import { MessageBody } from "../../http/body.js";
import { logLateFailure } from "../../observe/log-failures.js";
import { definePolicy } from "../../policy/define.js";
import type { Exchange } from "../../policy/exchange.js";
import { errorResponse, failureAt, noteFailure, setLastError } from "../../policy/failure.js";
import type { Flow } from "../../policy/flow.js";
import type { Observer, PolicyInfo } from "../../policy/observer.js";
import { child, flag, integer, many, oneOf, text, valueChild } from "../../policy/schema.js";
import { decodeText, mediaType } from "../bodies/content-type.js";
import { unpacked } from "../bodies/unpack.js";
import { isUnpackable, unpackedStream } from "../bodies/unpack-stream.js";
import type { Message } from "../messages.js";
import { textValue } from "../text.js";
import { AWS_EVENTS, AwsEventReader } from "./aws-event-stream.js";
import { checkBackend } from "./backend-call.js";
import { type Judgement, judge, judgePiece, serviceFailed, violations } from "./content-judge.js";
import { EventReader } from "./event-stream.js";
import { JudgedStream } from "./judged-stream.js";
import { EventTexts, textsOf } from "./judged-text.js";

/** Characters that the service takes at once; requests are always cut like this. */
const REQUEST_PIECE = 10_000;

/** The policy llm-content-safety. */
export const llmContentSafety = definePolicy({
  name: "llm-content-safety",
  category: "ai",
  summary: "Has prompts or completions judged by a content-safety service and blocks what it finds harmful.",
  remarks: [
    "Has the texts of a request or answer judged, by Azure AI Content Safety or by the gateway's own `contentSafety`, and refuses what is harmful.",
    "Of a streamed answer the events are held back until a piece of `window-size` characters was judged. As long as nothing was passed on, a harmful one is refused with 403; later the stream just ends.",
    "Judged are the texts of prompts and answers of all models' APIs; of MCP the arguments of tools' calls and the texts of results; of A2A the parts of messages and artifacts. Streams of MCP servers and agents are judged event by event, so that none waits for others.",
  ],
  readings: [
    "reason `ContentSafetyViolation`",
    "a failure of the service itself is a 500, or a 403 where the gateway is made with `contentSafety.whenUnavailable` set to `refuse`",
    "a body that is no JSON is judged as the text that it is",
    "one that cannot be unpacked is refused",
    "a message of JSON-RPC without text is not judged",
    "what the Responses API repeats of its own deltas is judged once",
    "with enforce-on-completions the answer is judged when all sections have run, and a refusal does not go through on-error",
  ],
  sections: ["inbound", "outbound"],
  scopes: ["global", "workspace", "product", "api", "operation"],
  attributes: {
    "backend-id": text({ required: true, expressions: true, notes: "The backend of the content-safety service." }),
    "shield-prompt": flag({ default: false, expressions: true, notes: "true: also look for attacks on the prompt." }),
    "enforce-on-completions": flag({
      default: false,
      expressions: true,
      notes: "In inbound, true: judge the answer of this call as well.",
    }),
    "window-size": integer({
      default: 1000,
      expressions: true,
      min: 1,
      max: REQUEST_PIECE,
      notes: "Characters of an answer that are judged at once.",
    }),
    "window-overlap-size": integer({ expressions: true, min: 0, notes: "Characters that two neighbouring pieces share." }),
  },
  children: {
    categories: child({
      notes: "Categories that block.",
      attributes: {
        "output-type": oneOf(["FourSeverityLevels", "EightSeverityLevels"], {
          default: "FourSeverityLevels",
          expressions: true,
          notes: "The scale of severities.",
        }),
      },
      children: {
        category: child({
          min: 1,
          max: many,
          notes: "One category.",
          attributes: {
            name: oneOf(["Hate", "SelfHarm", "Sexual", "Violence"], {
              required: true,
              expressions: true,
              notes: "The kind of harm.",
            }),
            threshold: integer({ required: true, expressions: true, min: 0, max: 7, notes: "Block at this severity or above." }),
          },
        }),
      },
    }),
    blocklists: child({
      notes: "Block lists whose hits block.",
      children: {
        id: valueChild({
          min: 1,
          max: many,
          notes: "A block list of the service.",
        }),
      },
    }),
  },
  errors: [...Object.values(violations), serviceFailed],
  compile(element, compiler) {
    const { attributes } = element;
    checkBackend(attributes["backend-id"], compiler);
    const [categories] = element.children.categories;
    const blocklists = element.children.blocklists.flatMap(({ children }) => children.id.map((id) => textValue(id.text)));
    const read = (exchange: Exchange): Judgement => ({
      backendId: attributes["backend-id"].get(exchange),
      shieldsPrompt: attributes["shield-prompt"].get(exchange),
      outputType: categories?.attributes["output-type"].get(exchange) ?? "FourSeverityLevels",
      categories: (categories?.children.category ?? []).map((category) => ({
        name: category.attributes.name.get(exchange),
        threshold: category.attributes.threshold.get(exchange),
      })),
      blocklists: blocklists.map((blocklist) => blocklist.get(exchange) ?? ""),
    });
    const judgeAnswer = async (exchange: Exchange): Promise<void> => {
      const { response, runtime } = exchange;
      const size = attributes["window-size"].get(exchange);
      const overlap = Math.min(attributes["window-overlap-size"]?.get(exchange) ?? 0, size - 1);
      const judgement = { ...read(exchange), shieldsPrompt: false };
      if (!isEventStream(response)) {
        await response.body.buffer(runtime.bodyLimit);
        return judge(exchange, element.name, plainText(element.name, response, runtime), judgement, { size, overlap });
      }
      const packed = response.body.release() as AsyncIterable<Uint8Array>;
      const coding = response.headers.get("Content-Encoding");
      if (coding !== null) for (const name of ["Content-Encoding", "Content-Length"]) response.headers.delete(name);
      const stream = new JudgedStream(unpackedStream(packed, coding), {
        policy: element.name,
        pieces: { size, overlap },
        isConversation: isConversation(exchange),
        judge: (text) => judgePiece(exchange, element.name, text, judgement),
        onRefusal: (error) => {
          const failure = failureAt(error, compiler.info, exchange);
          exchange.observer?.why(failure.message);
          noteFailure(exchange, failure);
          logLateFailure(exchange, failure);
        },
      });
      response.body = new MessageBody(stream);
      // A stream that the caller holds open begins when it likes.
      if (!isConversation(exchange) || exchange.request.method !== "GET") await stream.start();
    };
    if (compiler.section === "outbound")
      return async (exchange): Promise<Flow> => {
        await judgeAnswer(exchange);
        return "continue";
      };
    return async (exchange): Promise<Flow> => {
      const { request, runtime } = exchange;
      await request.body.buffer(runtime.bodyLimit);
      const prompt = plainText(element.name, request, runtime);
      await judge(exchange, element.name, prompt, read(exchange), { size: REQUEST_PIECE, overlap: 0 });
      if (!attributes["enforce-on-completions"].get(exchange)) return "continue";
      // So that a stream can be looked into as it comes.
      request.headers.set("Accept-Encoding", "identity");
      exchange.atEnd.push((ending) => refuseHarmfulAnswer(ending, compiler.info, exchange.observer, judgeAnswer));
      return "continue";
    };
  },
});

/** Puts a refusal in place of a harmful answer. The sections are over by then: on-error has no part in it. */
async function refuseHarmfulAnswer(
  exchange: Exchange,
  info: PolicyInfo,
  observer: Observer | null,
  judgeAnswer: (exchange: Exchange) => Promise<void>,
): Promise<void> {
  if (!exchange.hasBackendResponse) return;
  try {
    await judgeAnswer(exchange);
  } catch (error) {
    const failure = failureAt(error, info, exchange);
    observer?.why(failure.message);
    exchange.answeredBy = null;
    setLastError(exchange, failure);
    exchange.response = errorResponse(exchange, failure);
  }
}

/** Do the streams of its API carry messages that wait for answers, so that none may wait for others? */
function isConversation({ api }: Exchange): boolean {
  return api?.type === "mcp" || api?.type === "a2a";
}

function isEventStream({ headers, body }: Message): boolean {
  return (
    !body.isBuffered &&
    mediaType(headers.get("Content-Type")) === "text/event-stream" &&
    isUnpackable(headers.get("Content-Encoding"))
  );
}

/** The text of a buffered message. Throws PolicyError for one that cannot be looked into. */
function plainText(policy: string, { headers, body }: Message, { bodyLimit, bodyWork }: Exchange["runtime"]): string {
  let bytes: Uint8Array | null;
  try {
    bytes = unpacked(body.bytes ?? new Uint8Array(0), headers.get("Content-Encoding"), bodyLimit);
  } catch {
    throw violations.packed.error({}, { source: policy });
  }
  if (bytes === null || chargeOfBytes(bytes, bodyWork) > bodyWork) throw violations.tooLong.error({}, { source: policy });
  switch (mediaType(headers.get("Content-Type"))) {
    case "text/event-stream":
      return textOfEvents(policy, bytes, EventReader);
    case AWS_EVENTS:
      return textOfEvents(policy, bytes, AwsEventReader) || textOfBody(bytes);
    default:
      return textOfBody(bytes);
  }
}

function textOfEvents(policy: string, bytes: Uint8Array, Reader: typeof EventReader | typeof AwsEventReader): string {
  const parts: string[] = [];
  const texts = new EventTexts();
  const reader = new Reader(
    (data) => void parts.push(texts.add(data)),
    () => {
      throw violations.longEvent.error({}, { source: policy });
    },
  );
  reader.add(bytes);
  reader.end();
  return parts.join("");
}

/** The texts in a message of a known shape; the whole of any other. */
function textOfBody(bytes: Uint8Array): string {
  const text = (decodeText(bytes, null) ?? Buffer.from(bytes).toString("latin1")).replace(/^\uFEFF/, "");
  return textsOf(text)?.join("\n") ?? text;
}
