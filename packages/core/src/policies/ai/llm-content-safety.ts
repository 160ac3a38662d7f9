import { PolicyError } from "../../pipeline/error.js";
import type { Exchange } from "../../pipeline/exchange.js";
import { errorResponse, setLastError, toPolicyError } from "../../pipeline/failure.js";
import type { Flow } from "../../pipeline/flow.js";
import { definePolicy } from "../../pipeline/policy.js";
import { child, flag, integer, many, oneOf, text } from "../../pipeline/schema.js";
import { internalFailure } from "../failures.js";
import { textValue } from "../text.js";
import { checkBackend, postToBackend } from "./backend-call.js";
import { allText } from "./prompt-text.js";

const API_VERSION = "2024-09-01";
/** Characters that the service takes at once; requests are always cut like this. */
const REQUEST_WINDOW = 10_000;
/** Most pieces of one message: beyond it the text is too long to be judged. */
const MOST_WINDOWS = 100;

/** What is judged, evaluated for one request. */
interface Judgement {
  readonly backend: string;
  readonly shieldsPrompt: boolean;
  readonly categories: readonly { readonly name: string; readonly threshold: number }[];
  readonly outputType: string;
  readonly blocklists: readonly string[];
}

/**
 * Has the texts of a request or answer judged by Azure AI Content Safety and refuses what is harmful.
 *
 * Open in the reference, read here as: reason `ContentSafetyViolation`; a failure of the service itself is a 500; streamed answers are read whole
 * before they are judged, so that none of a harmful one gets out; with enforce-on-completions the answer is judged when all sections have run, and
 * a refusal does not go through on-error.
 */
export const llmContentSafety = definePolicy({
  name: "llm-content-safety",
  category: "ai",
  summary: "Has prompts or completions judged by a content-safety service and blocks what it finds harmful.",
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
      max: REQUEST_WINDOW,
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
        id: child({
          min: 1,
          max: many,
          content: "text",
          expressions: true,
          type: "object",
          notes: "A block list of the service.",
        }),
      },
    }),
  },
  compile(element, compiler) {
    const { attributes } = element;
    checkBackend(attributes["backend-id"], compiler);
    const [categories] = element.children.categories;
    const blocklists = element.children.blocklists.flatMap((one) => one.children.id.map((id) => textValue(id.text)));
    const read = (exchange: Exchange): Judgement => ({
      backend: attributes["backend-id"].get(exchange),
      shieldsPrompt: attributes["shield-prompt"].get(exchange),
      outputType: categories?.attributes["output-type"].get(exchange) ?? "FourSeverityLevels",
      categories: (categories?.children.category ?? []).map((one) => ({
        name: one.attributes.name.get(exchange),
        threshold: one.attributes.threshold.get(exchange),
      })),
      blocklists: blocklists.map((one) => one.get(exchange) ?? ""),
    });
    const judgeAnswer = async (exchange: Exchange): Promise<void> => {
      const { response, runtime } = exchange;
      await response.body.buffer(runtime.bodyLimit);
      const size = attributes["window-size"].get(exchange);
      const overlap = Math.min(attributes["window-overlap-size"]?.get(exchange) ?? 0, size - 1);
      await judge(
        exchange,
        element.name,
        answerText(response.body.bytes),
        { ...read(exchange), shieldsPrompt: false },
        size,
        overlap,
      );
    };
    if (compiler.section === "outbound")
      return async (exchange): Promise<Flow> => {
        await judgeAnswer(exchange);
        return "continue";
      };
    return async (exchange): Promise<Flow> => {
      const { request, runtime } = exchange;
      await request.body.buffer(runtime.bodyLimit);
      await judge(exchange, element.name, allText(request.body.bytes), read(exchange), REQUEST_WINDOW, 0);
      if (attributes["enforce-on-completions"].get(exchange))
        exchange.atEnd.push((ending) => refuseHarmfulAnswer(ending, judgeAnswer));
      return "continue";
    };
  },
});

/** Puts a refusal in place of a harmful answer. The sections are over by then: on-error has no part in it. */
async function refuseHarmfulAnswer(exchange: Exchange, judgeAnswer: (exchange: Exchange) => Promise<void>): Promise<void> {
  if (!exchange.hasBackendResponse) return;
  try {
    await judgeAnswer(exchange);
  } catch (error) {
    const failure = toPolicyError(error, exchange.runtime);
    setLastError(exchange, failure);
    exchange.response = errorResponse(exchange, failure);
  }
}

/** The text of an answer: of one JSON object, or of the events of a stream put together. */
function answerText(body: Uint8Array | null): string {
  const whole = allText(body);
  if (whole !== "" || body === null) return whole;
  return Buffer.from(body)
    .toString("utf8")
    .split("\n")
    .filter((line) => line.startsWith("data:"))
    .map((line) => allText(Buffer.from(line.slice(5).trim())))
    .join("");
}

async function judge(
  exchange: Exchange,
  source: string,
  content: string,
  judgement: Judgement,
  size: number,
  overlap: number,
): Promise<void> {
  if (content === "") return;
  const pieces = windows(content, size, overlap);
  if (pieces.length > MOST_WINDOWS) throw violation(source, "The content is too long for the content safety check.");
  for (const piece of pieces) {
    if (await isHarmful(exchange, piece, judgement)) throw violation(source, "Request failed content safety check.");
    if (judgement.shieldsPrompt && (await isAttack(exchange, piece, judgement.backend)))
      throw violation(source, "Request failed content safety check.");
  }
}

function windows(content: string, size: number, overlap: number): string[] {
  const pieces: string[] = [];
  for (let start = 0; start < content.length; start += size - overlap) {
    pieces.push(content.slice(start, start + size));
    if (start + size >= content.length) break;
  }
  return pieces;
}

async function isHarmful(
  exchange: Exchange,
  content: string,
  { backend, categories, outputType, blocklists }: Judgement,
): Promise<boolean> {
  if (categories.length === 0 && blocklists.length === 0) return false;
  const answer = await ask(exchange, backend, "analyze", {
    text: content,
    ...(categories.length === 0 ? {} : { categories: categories.map((one) => one.name), outputType }),
    ...(blocklists.length === 0 ? {} : { blocklistNames: blocklists }),
  });
  const { categoriesAnalysis, blocklistsMatch } = answer as {
    categoriesAnalysis?: readonly { category?: unknown; severity?: unknown }[];
    blocklistsMatch?: readonly unknown[];
  };
  if ((blocklistsMatch?.length ?? 0) > 0) return true;
  return categories.some(({ name, threshold }) =>
    (categoriesAnalysis ?? []).some(
      ({ category, severity }) => category === name && typeof severity === "number" && severity >= threshold,
    ),
  );
}

async function isAttack(exchange: Exchange, content: string, backend: string): Promise<boolean> {
  const answer = (await ask(exchange, backend, "shieldPrompt", { userPrompt: content, documents: [] })) as {
    userPromptAnalysis?: { attackDetected?: unknown };
  };
  return answer.userPromptAnalysis?.attackDetected === true;
}

async function ask(exchange: Exchange, backend: string, operation: string, data: object): Promise<object> {
  try {
    const answer = await postToBackend(exchange, backend, `/contentsafety/text:${operation}?api-version=${API_VERSION}`, data);
    return typeof answer === "object" && answer !== null ? answer : {};
  } catch (error) {
    throw internalFailure(
      "ContentSafetyUnavailable",
      `The content safety service failed: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
}

function violation(source: string, message: string): PolicyError {
  return new PolicyError({ source, reason: "ContentSafetyViolation", message, status: 403 });
}
