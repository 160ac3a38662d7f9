import type { RequestModel, RuleModel, StepModel, TestTokenModel } from "../file/model.js";
import { markOf } from "./judge.js";
import type { TokenRecipe } from "./recipes.js";
import type { Surface } from "./surface.js";

/** What is tried: requests one after the other, and what backends answer. Plain data. */
export interface Trial {
  readonly calls: readonly TrialCall[];
  /** One after the other, the last for all calls behind it. */
  readonly replies: readonly TrialReply[];
  /** What send-request and the like get. */
  readonly external: TrialReply;
}

/** A request, and how often it is sent. */
export interface TrialCall {
  /** An index among the operations of the surface. */
  readonly operation: number;
  /** Values of the template's parameters. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  /** An index among the keys of the surface; -1 for a key that nobody has; null for none. */
  readonly key: number | null;
  readonly keyIn: "header" | "query";
  readonly token: TrialToken | null;
  readonly body: { readonly contentType: string; readonly text: string } | null;
  readonly address: string;
  /** Milliseconds that pass before it. */
  readonly after: number;
  readonly repeat: number;
}

/** A token after a recipe, and in what it departs from it. */
export interface TrialToken {
  /** An index among the recipes of the surface. */
  readonly recipe: number;
  /** Claims that are otherwise; null for left out. */
  readonly claims: Readonly<Record<string, unknown>>;
  readonly flaw: "none" | "expired" | "early" | "forged" | "unsigned";
}

/** An answer of a backend. */
export interface TrialReply {
  readonly status: number;
  readonly fail: "refused" | "timeout" | null;
  readonly headers: Readonly<Record<string, string>>;
}

/** How long a good token is good. */
const LIFETIME = "1h";

/** A request that says where it goes. */
type SentModel = RequestModel & { readonly url: string };

/** The steps of a trial, as a test file has them. */
export function stepsOf({ calls }: Trial, surface: Surface): (StepModel & { readonly request: SentModel })[] {
  return calls.map((call) => ({
    ...(call.after === 0 ? {} : { after: `${call.after}ms` }),
    request: requestOf(call, surface),
    ...(call.repeat === 1 ? {} : { repeat: call.repeat }),
  }));
}

/** The tokens that a trial's steps name. */
export function tokensOf({ calls }: Trial, surface: Surface): Record<string, TestTokenModel> {
  const tokens: Record<string, TestTokenModel> = {};
  for (const { token } of calls) if (token !== null) tokens[nameOf(token)] = tokenOf(token, surface.recipes[token.recipe]!);
  return tokens;
}

/** The rules of a trial's backend. */
export function rulesOf({ replies }: Trial): RuleModel[] {
  return replies.map((reply, index) => ({
    ...answerOf(reply, { mark: markOf(index) }),
    ...(index === replies.length - 1 ? {} : { times: 1 }),
  }));
}

/** The rule of a trial's external services. */
export function externalRulesOf({ external }: Trial): RuleModel[] {
  return [answerOf(external, { active: external.status < 400 })];
}

/** A trial in which each call to a backend gets an answer that can be told from the others. */
export function withOwnAnswers(trial: Trial): Trial {
  const most = Math.min(
    MOST_ANSWERS,
    trial.calls.reduce((sum, { repeat }) => sum + repeat, 0),
  );
  const last = trial.replies.at(-1)!;
  const more = Array.from({ length: Math.max(0, most - trial.replies.length) }, () => last);
  return { ...trial, replies: [...trial.replies, ...more] };
}

/** Marks have three digits. */
const MOST_ANSWERS = 999;

function answerOf({ status, fail, headers }: TrialReply, body: object): RuleModel {
  return fail === null ? { reply: { status, ...(Object.keys(headers).length === 0 ? {} : { headers }), body } } : { fail };
}

function requestOf(call: TrialCall, surface: Surface): SentModel {
  const operation = surface.operations[call.operation]!;
  const key = call.key === null ? null : (surface.keys[call.key]?.key ?? "a-key-that-nobody-has");
  const recipe = call.token === null ? null : surface.recipes[call.token.recipe]!;
  const carried = call.token === null ? "" : `{{token:${nameOf(call.token)}}}`;
  const headers: Record<string, string> = { ...operation.versionHeader, ...call.headers };
  const query: Record<string, string> = { ...operation.versionQuery, ...call.query };
  if (key !== null && call.keyIn === "header") headers[operation.keyHeader] = key;
  if (recipe !== null && recipe.header !== null)
    headers[recipe.header] = recipe.scheme === null ? carried : `${recipe.scheme} ${carried}`;
  if (call.body !== null) headers["Content-Type"] = call.body.contentType;
  const path = operation.template.replace(/\{(\*?)([^}]*)\}/g, (_, isRest: string, name: string) => {
    const value = call.parameters[name] ?? "1";
    return isRest === "" ? encodeURIComponent(value) : value.split("/").map(encodeURIComponent).join("/");
  });
  const parameters = Object.entries(query).map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
  // What is filled in later must be found as it is.
  const written = (value: string): string => (value.includes("{{") ? value : encodeURIComponent(value));
  if (key !== null && call.keyIn === "query") parameters.push(`${encodeURIComponent(operation.keyQuery)}=${written(key)}`);
  if (recipe !== null && recipe.query !== null) parameters.push(`${encodeURIComponent(recipe.query)}=${carried}`);
  const joint = path.includes("?") ? "&" : "?";
  return {
    method: operation.method,
    url: `${operation.base}${path}${parameters.length === 0 ? "" : `${joint}${parameters.join("&")}`}`,
    ...(Object.keys(headers).length === 0 ? {} : { headers }),
    ...(call.body === null ? {} : { body: call.body.text }),
    ...(call.address === "" ? {} : { ipAddress: call.address }),
  };
}

/** A name that says what a token is like. */
function nameOf({ recipe, claims, flaw }: TrialToken): string {
  const differences = Object.entries(claims).map(([name, value]) => {
    if (value === null) return `without ${name}`;
    return `${name} ${Array.isArray(value) ? `[${value.join(", ")}]` : String(value)}`;
  });
  const parts = [...(flaw === "none" ? [] : [flaw]), ...differences];
  const name = `${parts.length === 0 ? "good" : parts.join(", ")}${recipe === 0 ? "" : ` (${recipe + 1})`}`;
  return name.replaceAll("{", "(").replaceAll("}", ")").replace(/\s+/g, " ").trim();
}

function tokenOf({ claims, flaw }: TrialToken, recipe: TokenRecipe): TestTokenModel {
  const all = Object.fromEntries(Object.entries({ ...recipe.claims, ...claims }).filter(([, value]) => value !== null));
  return {
    issuer: recipe.issuer,
    claims: all,
    expiresIn: flaw === "expired" ? `-${LIFETIME}` : LIFETIME,
    ...(flaw === "early" ? { notBefore: "30m" } : {}),
    ...(flaw === "unsigned" ? { alg: "none" } : recipe.secret === null ? {} : { alg: recipe.algorithm, kid: null }),
    ...(flaw === "forged" && recipe.secret === null ? { signedBy: "somebody-else" } : {}),
    ...(recipe.secret === null || flaw === "unsigned"
      ? {}
      : flaw === "forged"
        ? { secret: FORGED }
        : { secretBase64: recipe.secret }),
  };
}

/** A shared key that is none. */
const FORGED = "a-secret-that-the-gateway-does-not-know-of";
