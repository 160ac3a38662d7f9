import type { TraceDocument, TracedStep } from "@turnpike/core";
import { useState } from "preact/hooks";
import { keyText, ms } from "../text.js";
import { Changes } from "./changes.js";
import { type FlatStep, flatSteps, OUTCOME_MARKS, placeOf } from "./steps.js";

/** The pipeline as it ran: a line a step, over scopes and sections, with its time as a bar. A step opens to what it saw and did. */
export function Waterfall({
  trace,
  showPlace,
}: {
  readonly trace: TraceDocument;
  readonly showPlace: (step: TracedStep) => void;
}) {
  const steps = flatSteps(trace.steps);
  const deciding = steps.findLast(({ step }) => step.outcome === "error" || step.outcome === "stop");
  const [open, setOpen] = useState<ReadonlySet<string>>(() => new Set(deciding === undefined ? [] : [deciding.key]));
  const total = Math.max(trace.timing.total, ...steps.map(({ step }) => step.at + step.elapsed), 0.001);
  const toggle = (key: string): void => {
    const changed = new Set(open);
    if (!changed.delete(key)) changed.add(key);
    setOpen(changed);
  };
  return (
    <div class="scrolls">
      <table class="waterfall">
        <thead>
          <tr>
            <th scope="col">Section</th>
            <th scope="col">Policy</th>
            <th scope="col">Scope</th>
            <th scope="col">Place</th>
            <th scope="col" class="number">
              Took
            </th>
            <th scope="col" class="track">
              0 – {ms(total)}
            </th>
          </tr>
        </thead>
        {steps.map((flat, index) => (
          <StepRows
            key={flat.key}
            flat={flat}
            isFirstOfSection={steps[index - 1]?.step.section !== flat.step.section}
            isOpen={open.has(flat.key)}
            toggle={() => toggle(flat.key)}
            total={total}
            showPlace={showPlace}
          />
        ))}
      </table>
      {trace.dropped > 0 && <p class="muted">{trace.dropped} further entries were more than a trace holds.</p>}
    </div>
  );
}

function StepRows({
  flat: { step, depth },
  isFirstOfSection,
  isOpen,
  toggle,
  total,
  showPlace,
}: {
  readonly flat: FlatStep;
  readonly isFirstOfSection: boolean;
  readonly isOpen: boolean;
  readonly toggle: () => void;
  readonly total: number;
  readonly showPlace: (step: TracedStep) => void;
}) {
  const hasMore = hasDetails(step);
  const name = (
    <>
      <span aria-hidden="true" class="mark">
        {OUTCOME_MARKS[step.outcome]}
      </span>{" "}
      {step.policy}
      <span class="visually-hidden"> ({step.outcome})</span>
    </>
  );
  return (
    <tbody class={`step ${step.outcome}${isFirstOfSection ? " first" : ""}`}>
      <tr>
        <td class="muted">{isFirstOfSection ? step.section : ""}</td>
        <td>
          <span class="indent" style={{ width: `${depth * 14}px` }} />
          {hasMore ? (
            <button type="button" class="plain" aria-expanded={isOpen} onClick={toggle}>
              {name}
            </button>
          ) : (
            <span class="name">{name}</span>
          )}
        </td>
        <td class="muted">{step.scope ?? ""}</td>
        <td>
          {step.file !== null && (
            <button type="button" class="plain link" onClick={() => showPlace(step)}>
              {placeOf(step)}
            </button>
          )}
        </td>
        <td class="number mono">{step.outcome === "skipped" ? "" : ms(step.elapsed)}</td>
        <td class="track">
          {step.outcome !== "skipped" && (
            <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" class="time-bar">
              <rect
                x={(step.at / total) * 100}
                y="0"
                width={Math.max((step.elapsed / total) * 100, 0.4)}
                height="8"
                class={step.calls.length > 0 ? "t-backend" : "t-gateway"}
              />
            </svg>
          )}
        </td>
      </tr>
      {isOpen && hasMore && (
        <tr class="details">
          <td />
          <td colSpan={5}>
            <StepDetails step={step} />
          </td>
        </tr>
      )}
    </tbody>
  );
}

function hasDetails({ why, expressions, changes, calls, store, messages }: TracedStep): boolean {
  return why !== null || [expressions, changes, calls, store, messages].some((list) => list.length > 0);
}

/** Why a step did what it did, what it saw, and what it changed. */
export function StepDetails({ step }: { readonly step: TracedStep }) {
  const { why, expressions, changes, calls, store, messages } = step;
  return (
    <div class="step-details">
      {why !== null && <p>{why}</p>}
      {expressions.map((expression, index) => (
        <div key={index} class="expression">
          <code>{expression.text}</code> → <b class="mono">{expression.error ?? expression.value ?? "null"}</b>{" "}
          {expression.type !== null && <span class="muted small">{expression.type}</span>}
          {(expression.operands ?? []).length > 0 && (
            <ul class="operands small">
              {expression.operands!.map((operand, part) => (
                <li key={part}>
                  <code>{operand.text}</code> is <b class="mono">{operand.value ?? "null"}</b> {operand.comparison ?? ""}
                </li>
              ))}
            </ul>
          )}
        </div>
      ))}
      {changes.length > 0 && <Changes changes={changes} />}
      {calls.map((call, index) => (
        <p key={index} class="mono">
          {call.method} {call.url} → {call.status ?? call.error} in {ms(call.elapsed)}
        </p>
      ))}
      {store.map((entry, index) => (
        <p key={index} class="mono">
          {entry.kind} {keyText(entry.key)}: {entry.before ?? "none"} → {entry.after ?? "none"}
          {entry.kind === "cache" && entry.after !== null ? " bytes" : ""}
          {entry.limit === undefined ? "" : ` of ${entry.limit}`}
          {entry.renewsIn === undefined ? "" : `, ends in ${ms(entry.renewsIn)}`}
        </p>
      ))}
      {messages.map((message, index) => (
        <p key={index}>
          <span class="muted">{message.source}:</span>{" "}
          {typeof message.data === "string" ? message.data : <code>{JSON.stringify(message.data)}</code>}
        </p>
      ))}
    </div>
  );
}
