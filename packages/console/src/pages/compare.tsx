import type { RequestDetail } from "@turnpike/adapters/console";
import type { TracedStep } from "@turnpike/core";
import { api } from "../api.js";
import { Show, useLoaded } from "../loaded.js";
import { Diff } from "../parts/changes.js";
import { flatSteps, OUTCOME_MARKS, placeOf } from "../parts/steps.js";
import { linkTo } from "../route.js";
import { ms, pathOf, statusClass } from "../text.js";

/** Two requests beside each other: what is not the same stands out. */
export function ComparePage({ left, right }: { readonly left: string; readonly right: string }) {
  const both = useLoaded(() => Promise.all([api.request(left), api.request(right)]), [left, right]);
  return <Show loaded={both}>{([a, b]) => <Comparison a={a} b={b} />}</Show>;
}

/** The same step of two requests; null where one has not come to it. */
interface Pair {
  readonly key: string;
  readonly a: TracedStep | null;
  readonly b: TracedStep | null;
}

function Comparison({ a, b }: { readonly a: RequestDetail; readonly b: RequestDetail }) {
  const facts: readonly (readonly [string, string, string])[] = [
    ["Answer", answerOf(a), answerOf(b)],
    ["Why", a.explanation.reasons.join("\n"), b.explanation.reasons.join("\n")],
    ["Request", `${a.row.method} ${a.row.url}`, `${b.row.method} ${b.row.url}`],
    ["Product", a.row.product ?? "none", b.row.product ?? "none"],
    ["Subscription", a.row.subscription ?? "none", b.row.subscription ?? "none"],
    ["Cache", a.row.cache, b.row.cache],
    ["Backend", backendOf(a), backendOf(b)],
    ["Request headers", headersOf(a, "request"), headersOf(b, "request")],
    ["Answer's headers", headersOf(a, "answer"), headersOf(b, "answer")],
    ["Answer's body", a.trace?.answer.body?.text ?? "", b.trace?.answer.body?.text ?? ""],
  ];
  return (
    <article>
      <h1>Two requests compared</h1>
      <div class="scrolls">
        <table class="compare">
          <thead>
            <tr>
              <th scope="col" />
              {[a, b].map(({ row }) => (
                <th key={row.id} scope="col">
                  <a href={linkTo("requests", row.id)} class="mono">
                    <b class={`status ${statusClass(row.status)}`}>{row.status}</b> {row.method} {pathOf(row.url)}
                  </a>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {facts.map(([name, left, right]) => (
              <tr key={name} class={left === right ? "same" : "differs"}>
                <th scope="row">
                  {name}
                  {left === right ? "" : " ≠"}
                </th>
                {left === right ? (
                  <td colSpan={2}>
                    <pre>{left === "" ? "none" : left}</pre>
                  </td>
                ) : (
                  <td colSpan={2}>
                    <Diff before={left} after={right} />
                  </td>
                )}
              </tr>
            ))}
            <tr>
              <th scope="row">Took</th>
              <td class="mono">{timesOf(a)}</td>
              <td class="mono">{timesOf(b)}</td>
            </tr>
          </tbody>
          <tbody>
            {pairsOf(a, b).map(({ key, a: left, b: right }) => {
              const step = (left ?? right)!;
              const differs =
                left?.outcome !== right?.outcome || left?.why !== right?.why || changesOf(left) !== changesOf(right);
              return (
                <tr key={key} class={differs ? "differs" : "same"}>
                  <th scope="row">
                    {step.policy} <span class="muted small">{placeOf(step)}</span>
                    {differs ? " ≠" : ""}
                  </th>
                  {[left, right].map((side, index) => (
                    <td key={index}>
                      {side === null ? (
                        <span class="muted">not come to</span>
                      ) : (
                        <>
                          {OUTCOME_MARKS[side.outcome]} {side.outcome} <span class="muted mono">{ms(side.elapsed)}</span>
                          {differs && side.why !== null && <p class="small">{side.why}</p>}
                          {differs && side.changes.length > 0 && <pre class="small">{changesOf(side)}</pre>}
                        </>
                      )}
                    </td>
                  ))}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </article>
  );
}

const answerOf = ({ explanation }: RequestDetail): string => explanation.headline;
const backendOf = ({ backend }: RequestDetail): string =>
  backend === null ? "not called" : `${backend.method} ${backend.url} → ${backend.status}`;
const headersOf = ({ trace }: RequestDetail, side: "request" | "answer"): string =>
  (trace?.[side].headers ?? []).map(([name, value]) => `${name}: ${value}`).join("\n");
const timesOf = ({ row: { times } }: RequestDetail): string =>
  `${ms(times.total)} (gateway ${ms(times.gateway)}, backend ${ms(times.backend)})`;
const changesOf = (step: TracedStep | null): string =>
  (step?.changes ?? [])
    .map(({ what, name, before, after }) => `${name ?? what}: ${before ?? "none"} → ${after ?? "none"}`)
    .join("\n");

/** Steps side by side: those at the same place, the first with the first. */
function pairsOf(a: RequestDetail, b: RequestDetail): Pair[] {
  const named = ({ trace }: RequestDetail): Map<string, TracedStep> => {
    const counts = new Map<string, number>();
    const steps = new Map<string, TracedStep>();
    for (const { step } of flatSteps(trace?.steps ?? [])) {
      const name = [step.section, step.scope, placeOf(step), step.path, step.policy].join(" ");
      const count = (counts.get(name) ?? 0) + 1;
      counts.set(name, count);
      steps.set(`${name} ${count}`, step);
    }
    return steps;
  };
  const [left, right] = [named(a), named(b)];
  const pairs: Pair[] = [];
  const rest = [...right.keys()];
  for (const [key, step] of left) {
    const at = rest.indexOf(key);
    // What only the other has come to before this one.
    if (at >= 0) for (const other of rest.splice(0, at)) pairs.push({ key: other, a: null, b: right.get(other)! });
    if (at >= 0) rest.shift();
    pairs.push({ key, a: step, b: at >= 0 ? right.get(key)! : null });
  }
  return [...pairs, ...rest.map((key) => ({ key, a: null, b: right.get(key)! }))];
}
