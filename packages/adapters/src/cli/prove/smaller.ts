import type { Trial, TrialCall, TrialReply } from "@turnpike/core/testing";

const PLAIN: TrialReply = { status: 200, fail: null, headers: {} };

/** Trials that are a step smaller than a trial, those that leave out most first. */
export function* smaller(trial: Trial): Generator<Trial> {
  const { calls, replies } = trial;
  for (const some of fewer(calls)) if (some.length > 0) yield { ...trial, calls: some };
  for (const some of merged(calls)) yield { ...trial, calls: some };
  for (const [index, call] of calls.entries())
    for (const simple of simpler(call)) yield { ...trial, calls: calls.with(index, simple) };
  if (calls.length > 1) for (const same of simplerTogether(calls)) yield { ...trial, calls: same };
  for (const some of fewer(replies)) if (some.length > 0) yield { ...trial, replies: some };
  for (const [index, reply] of replies.entries())
    for (const plain of plainer(reply)) yield { ...trial, replies: replies.with(index, plain) };
  if (!isPlain(trial.external)) yield { ...trial, external: PLAIN };
}

/** Halves, and then all but one. */
function* fewer<T>(items: readonly T[]): Generator<readonly T[]> {
  const half = Math.floor(items.length / 2);
  if (items.length > 2) yield* [items.slice(0, half), items.slice(half)];
  for (const index of items.keys()) yield items.toSpliced(index, 1);
}

/** One call less, and another so much more often. */
function* merged(calls: readonly TrialCall[]): Generator<readonly TrialCall[]> {
  for (const [index, call] of calls.entries())
    for (const other of [index - 1, index + 1]) {
      const kept = calls[other];
      if (kept !== undefined) yield calls.with(other, { ...kept, repeat: kept.repeat + call.repeat }).toSpliced(index, 1);
    }
}

/** What all calls have alike can only be left out of all. */
function* simplerTogether(calls: readonly TrialCall[]): Generator<readonly TrialCall[]> {
  for (const part of ["headers", "query", "parameters"] as const)
    for (const name of new Set(calls.flatMap((call) => Object.keys(call[part]))))
      yield calls.map((call) => ({ ...call, [part]: without(call[part], name) }));
  if (calls.some(({ token }) => token !== null)) yield calls.map((call) => ({ ...call, token: null }));
  if (calls.some(({ key }) => key !== null && key > 0)) yield calls.map((call) => ({ ...call, key: 0 }));
}

function* simpler(call: TrialCall): Generator<TrialCall> {
  if (call.repeat > 1)
    for (const repeat of new Set([1, Math.ceil(call.repeat / 2), call.repeat - 1]))
      if (repeat < call.repeat) yield { ...call, repeat };
  if (call.after > 0) yield { ...call, after: 0 };
  if (call.body !== null) yield { ...call, body: null };
  if (call.token !== null) {
    yield { ...call, token: null };
    if (call.token.flaw !== "none") yield { ...call, token: { ...call.token, flaw: "none" } };
    if (call.token.recipe > 0) yield { ...call, token: { ...call.token, recipe: 0 } };
    for (const claims of leftOut(call.token.claims)) yield { ...call, token: { ...call.token, claims } };
  }
  if (call.key !== null) yield { ...call, key: null };
  if (call.key !== null && call.key > 0) yield { ...call, key: 0 };
  if (call.keyIn !== "header") yield { ...call, keyIn: "header" };
  for (const headers of leftOut(call.headers)) yield { ...call, headers };
  for (const query of leftOut(call.query)) yield { ...call, query };
  for (const parameters of leftOut(call.parameters)) yield { ...call, parameters };
  for (const [name, value] of Object.entries(call.query)) if (value !== "a" && value !== "b") yield* named(call, name);
  if (call.address !== "") yield { ...call, address: "" };
}

/** Values that people read without stumbling. */
function* named(call: TrialCall, name: string): Generator<TrialCall> {
  for (const value of ["a", "b"]) yield { ...call, query: { ...call.query, [name]: value } };
}

function* leftOut<T>(record: Readonly<Record<string, T>>): Generator<Record<string, T>> {
  for (const name of Object.keys(record)) yield without(record, name);
}

function without<T>(record: Readonly<Record<string, T>>, name: string): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([other]) => other !== name));
}

function* plainer(reply: TrialReply): Generator<TrialReply> {
  if (isPlain(reply)) return;
  yield PLAIN;
  if (reply.fail !== null) yield { ...reply, fail: null };
  if (reply.status !== 200) yield { ...reply, status: 200 };
  for (const headers of leftOut(reply.headers)) yield { ...reply, headers };
}

const isPlain = ({ status, fail, headers }: TrialReply): boolean =>
  status === 200 && fail === null && Object.keys(headers).length === 0;
