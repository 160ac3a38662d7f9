import { definePolicy } from "../../policy/define.js";
import type { Exchange } from "../../policy/exchange.js";
import { toPolicyError } from "../../policy/failure.js";
import type { Flow, Step } from "../../policy/flow.js";
import { rememberAs } from "../../policy/per-request.js";
import { child, many, oneOf } from "../../policy/schema.js";
import { allScopes } from "../../policy/sections.js";
import type { Variables } from "../../policy/variables.js";
import { linkedAbort } from "../linked-abort.js";
import { controlFlowProblems } from "./problems.js";

/** The policy wait. */
export const wait = definePolicy({
  name: "wait",
  category: "control-flow",
  summary: "Runs its immediate children in parallel and waits for all or for the first of them.",
  remarks: ["Runs its immediate children at the same time."],
  readings: [
    "with `all` the others are let finish before the first error is raised",
    "with `any` a failure counts as done and raises its error",
    "what is still under way is aborted and its variables stay unset",
    "a response returned inside ends the request and stops the other children",
  ],
  sections: ["inbound", "backend", "outbound"],
  scopes: allScopes,
  attributes: {
    for: oneOf(["all", "any"], {
      default: "all",
      expressions: true,
      notes: "all: until every child is done; any: until the first one is.",
    }),
  },
  children: {
    "send-request": child({ max: many, content: "policies", expressions: true, notes: "See the policy send-request." }),
    "cache-lookup-value": child({
      max: many,
      content: "policies",
      expressions: true,
      notes: "See the policy cache-lookup-value.",
    }),
    choose: child({
      max: many,
      content: "policies",
      expressions: true,
      notes: "See the policy choose; inside it any policies may follow.",
    }),
    "forward-request": child({
      max: many,
      content: "policies",
      expressions: true,
      undocumented: "works",
      notes: "See the policy of that name.",
    }),
    "cache-store-value": child({
      max: many,
      content: "policies",
      expressions: true,
      undocumented: "works",
      notes: "See the policy of that name.",
    }),
    "authentication-managed-identity": child({
      max: many,
      content: "policies",
      expressions: true,
      undocumented: "works",
      notes: "See the policy of that name.",
    }),
    "authentication-token": child({
      max: many,
      content: "policies",
      undocumented: "no-effect",
      notes: "Taken by API Management.",
    }),
  },
  content: "policies",
  compile(element, compiler) {
    const mode = element.attributes.for;
    const branches = element.branches.map((branch) => branch.step);
    for (const { name } of element.branches)
      if (UNDOCUMENTED.has(name)) compiler.report(controlFlowProblems.waitUndocumented(name));
      else if (name !== "send-request" && name !== "cache-lookup-value" && name !== "choose")
        compiler.report(controlFlowProblems.notInWait(name));
    if (compiler.elementId.includes("retry[")) compiler.report(controlFlowProblems.waitInRetry());
    return (exchange) => (mode.get(exchange) === "all" ? all(branches, exchange) : any(branches, exchange));
  },
});

/** Children that API Management takes although its reference does not name them. */
const UNDOCUMENTED: ReadonlySet<string> = new Set(["forward-request", "cache-store-value", "authentication-managed-identity"]);

type Ending = { readonly flow: Flow } | { readonly error: unknown };

/** Waits for every branch; a response returned by one ends the rest. */
function all(branches: readonly Step[], exchange: Exchange): Flow | Promise<Flow> {
  const { endings, stopped, abort } = start(branches, exchange);
  return Promise.race([stopped, Promise.all(endings)]).then((result) => {
    abort();
    if (result === "stop") return "stop";
    for (const ending of result) if ("error" in ending) throw ending.error;
    return "continue";
  });
}

/** Waits for the first branch to end, in whatever way. */
function any(branches: readonly Step[], exchange: Exchange): Flow | Promise<Flow> {
  if (branches.length === 0) return "continue";
  const { endings, abort } = start(branches, exchange);
  return Promise.race(endings).then((ending) => {
    abort();
    if ("error" in ending) throw ending.error;
    return ending.flow;
  });
}

function start(branches: readonly Step[], exchange: Exchange) {
  const controller = new AbortController();
  const linked = linkedAbort(exchange.signal);
  const view = branchView(exchange, linked.signal, controller.signal);
  let stop: (flow: "stop") => void = () => undefined;
  const stopped = new Promise<"stop">((resolve) => {
    stop = resolve;
  });
  const endings = branches.map(async (branch): Promise<Ending> => {
    try {
      const flow = await branch(view);
      if (flow === "stop") stop("stop");
      return { flow };
    } catch (error) {
      return { error: toPolicyError(error, exchange) };
    }
  });
  const abort = (): void => {
    controller.abort();
    linked.abort();
    linked.release();
  };
  return { endings, stopped, abort };
}

/**
 * The exchange as the branches see it: the same in everything, but its signal ends with the wait, and what a branch writes after that is
 * lost.
 */
function branchView(exchange: Exchange, signal: AbortSignal, over: AbortSignal): Exchange {
  const variables = new Proxy(exchange.variables, {
    get(target, name) {
      if (name === "set")
        return (...entry: Parameters<Variables["set"]>) => {
          if (!over.aborted) target.set(...entry);
          return target;
        };
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === "function" ? (member as (...args: unknown[]) => unknown).bind(target) : member;
    },
  });
  const view = new Proxy(exchange, {
    get: (target, name) => (name === "signal" ? signal : name === "variables" ? variables : Reflect.get(target, name, target)),
    set: (target, name, value) => over.aborted || Reflect.set(target, name, value, target),
  });
  rememberAs(view, exchange);
  return view;
}
