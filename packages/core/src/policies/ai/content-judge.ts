import { internalError, policyError } from "../../policy/declared-error.js";
import type { Exchange } from "../../policy/exchange.js";
import type { TextToJudge } from "../../policy/services.js";
import { postToBackend } from "./backend-call.js";

const API_VERSION = "2024-09-01";
/** Most pieces of one whole message: beyond it the text is too long to be judged. */
const MOST_PIECES = 100;

const refused = { status: 403, reason: "ContentSafetyViolation" } as const;

/** Why a text is refused. */
export const violations = {
  harmful: policyError({
    ...refused,
    when: "harm, an attack or a hit of a block list",
    message: "Request failed content safety check.",
  }),
  tooLong: policyError({
    ...refused,
    when: "more text than is judged",
    message: "The content is too long for the content safety check.",
  }),
  longEvent: policyError({
    ...refused,
    when: "an event of a stream that is longer than what is judged",
    message: "An event is too long for the content safety check.",
  }),
  packed: policyError({
    ...refused,
    when: "a body that cannot be unpacked",
    message: "The content cannot be unpacked for the content safety check.",
  }),
  unavailable: policyError({
    ...refused,
    when: "a service that fails, and `contentSafety.whenUnavailable` is `refuse`",
    message: "The content safety service failed: {what}",
    toCaller: "Request failed content safety check.",
  }),
};

/** The judge cannot tell. */
export const serviceFailed = internalError(
  "a service that fails",
  "ContentSafetyUnavailable",
  "The content safety service failed: {what}",
);

/** What is asked of the judge, apart from the text: evaluated for one request. */
export type Judgement = Omit<TextToJudge, "text" | "signal">;

/** How a text is cut: characters of a piece, and how many of them it shares with the next. */
export interface Pieces {
  readonly size: number;
  readonly overlap: number;
}

/** Refuses a text that is harmful, by a PolicyError (403); a judge that cannot tell is another (500, or 403 if the host wants that). */
export async function judge(
  exchange: Exchange,
  source: string,
  text: string,
  judgement: Judgement,
  pieces: Pieces,
): Promise<void> {
  if (text === "") return;
  const all = cut(text, pieces);
  if (all.length > MOST_PIECES) throw violations.tooLong.error({}, { source });
  for (const piece of all) await judgePiece(exchange, source, piece, judgement);
}

/** The same for one piece. */
export async function judgePiece(exchange: Exchange, source: string, text: string, judgement: Judgement): Promise<void> {
  const { contentSafety } = exchange.runtime;
  let isHarmful: boolean;
  try {
    isHarmful =
      contentSafety.judge === undefined
        ? await askAzure(exchange, text, judgement)
        : (await contentSafety.judge({ ...judgement, text, signal: exchange.signal })).isHarmful;
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    if (contentSafety.whenUnavailable === "refuse") throw violations.unavailable.error({ what }, { source });
    throw serviceFailed.error({ what }, { cause: error });
  }
  if (isHarmful) throw violations.harmful.error({}, { source });
}

function cut(text: string, { size, overlap }: Pieces): string[] {
  const pieces: string[] = [];
  for (let start = 0; start < text.length; start += size - overlap) {
    pieces.push(text.slice(start, start + size));
    if (start + size >= text.length) break;
  }
  return pieces;
}

/** Azure AI Content Safety at the backend that the policy names. */
async function askAzure(exchange: Exchange, text: string, judgement: Judgement): Promise<boolean> {
  return (await isHarmful(exchange, text, judgement)) || (judgement.shieldsPrompt && (await isAttack(exchange, text, judgement)));
}

async function isHarmful(exchange: Exchange, text: string, judgement: Judgement): Promise<boolean> {
  const { backendId, categories, outputType, blocklists } = judgement;
  if (categories.length === 0 && blocklists.length === 0) return false;
  const answer = await ask(exchange, backendId, "analyze", {
    text,
    ...(categories.length === 0 ? {} : { categories: categories.map(({ name }) => name), outputType }),
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

async function isAttack(exchange: Exchange, text: string, { backendId }: Judgement): Promise<boolean> {
  const answer = (await ask(exchange, backendId, "shieldPrompt", { userPrompt: text, documents: [] })) as {
    userPromptAnalysis?: { attackDetected?: unknown };
  };
  return answer.userPromptAnalysis?.attackDetected === true;
}

async function ask(exchange: Exchange, backend: string, operation: string, data: object): Promise<object> {
  const answer = await postToBackend(exchange, backend, `/contentsafety/text:${operation}?api-version=${API_VERSION}`, data);
  return typeof answer === "object" && answer !== null ? answer : {};
}
