import type { RequestDetail, ShownDocument } from "@turnpike/adapters/console";
import type { TraceDocument, TracedBody, TracedStep } from "@turnpike/core";
import { useMemo, useState } from "preact/hooks";
import { api } from "../api.js";
import { Show, useLoaded } from "../loaded.js";
import { Changes } from "../parts/changes.js";
import { DocumentView } from "../parts/document.js";
import { lineMarks } from "../parts/line-marks.js";
import { SendForm, type SendStart } from "../parts/send-form.js";
import { flatSteps, placeOf } from "../parts/steps.js";
import { TimeBar, TimeLegend } from "../parts/time-bar.js";
import { Waterfall } from "../parts/waterfall.js";
import { linkTo } from "../route.js";
import { clockTime, keyText, ms, pathOf, statusClass } from "../text.js";

type Panel = "send" | "compare" | "test" | null;

/** One request: why on top, then how it came about. */
export function RequestPage({ id, canSend }: { readonly id: string; readonly canSend: boolean }) {
  const detail = useLoaded(() => api.request(id), [id]);
  return <Show loaded={detail}>{(value) => <Request detail={value} canSend={canSend} />}</Show>;
}

function Request({ detail, canSend }: { readonly detail: RequestDetail; readonly canSend: boolean }) {
  const { row, explanation, trace } = detail;
  const [panel, setPanel] = useState<Panel>(null);
  const [place, setPlace] = useState<{ readonly file: string; readonly line: number | null } | null>(explanation.place);
  const showPlace = ({ file, line }: Pick<TracedStep, "file" | "line">): void => {
    if (file === null) return;
    setPlace({ file, line });
    document.getElementById("documents")?.scrollIntoView({ block: "start" });
  };
  const toggle = (wanted: Panel): void => setPanel(panel === wanted ? null : wanted);
  return (
    <article class="request">
      <h1 class="mono">
        <b class={`status ${statusClass(row.status)}`}>{row.status === 0 ? "gone" : row.status}</b> {row.method} {pathOf(row.url)}
      </h1>
      <section class="why" aria-label="Why">
        <p class="headline">{explanation.headline}</p>
        {explanation.reasons.length > 0 && (
          <ul>
            {explanation.reasons.map((reason) => (
              <li key={reason}>{reason}</li>
            ))}
          </ul>
        )}
        <div class="bar">
          {explanation.place !== null && (
            <button type="button" onClick={() => showPlace(explanation.place!)}>
              {placeOf(explanation.place)}
            </button>
          )}
          {canSend && (
            <button type="button" aria-expanded={panel === "send"} onClick={() => toggle("send")}>
              Edit and send again
            </button>
          )}
          <button type="button" aria-expanded={panel === "compare"} onClick={() => toggle("compare")}>
            Compare with…
          </button>
          {trace !== null && trace.recording !== null && (
            <button type="button" aria-expanded={panel === "test"} onClick={() => toggle("test")}>
              Make a test of it
            </button>
          )}
        </div>
      </section>
      {panel === "send" && <SendAgain detail={detail} />}
      {panel === "compare" && <Others detail={detail} />}
      {panel === "test" && <MadeTestView id={row.id} />}
      <Facts detail={detail} />
      {trace === null ? (
        <p class="note">
          This request was not traced: the gateway had too many in that second, or its trace made room for later ones. Send it
          again to see its steps.
        </p>
      ) : (
        <Traced trace={trace} place={place} setPlace={setPlace} showPlace={showPlace} isOther={detail.isOfOtherConfiguration} />
      )}
    </article>
  );
}

function Facts({ detail }: { readonly detail: RequestDetail }) {
  const { row, backend } = detail;
  const facts: readonly (readonly [string, string | null])[] = [
    ["At", clockTime(row.at)],
    ["API", row.api],
    ["Operation", row.operation],
    ["Product", row.product],
    ["Subscription", row.subscription],
    ["Caller", detail.ipAddress],
    [
      "Backend",
      backend === null ? null : `${backend.method} ${backend.url} → ${backend.status === 0 ? "no answer" : backend.status}`,
    ],
    ["Cache", row.cache === "none" ? null : row.cache],
    ["Sizes", `${detail.requestSize} bytes in, ${detail.responseSize} bytes out`],
    ["Protocol", detail.protocol],
    ["Id", row.id],
  ];
  return (
    <section aria-label="Facts">
      <dl class="facts">
        {facts.map(([name, value]) =>
          value === null ? null : (
            <div key={name}>
              <dt>{name}</dt>
              <dd class="mono">{value}</dd>
            </div>
          ),
        )}
      </dl>
      <div class="split">
        <TimeBar times={row.times} most={row.times.total} />
        <span class="mono">{ms(row.times.total)}</span>
        <TimeLegend />
      </div>
    </section>
  );
}

function Traced({
  trace,
  place,
  setPlace,
  showPlace,
  isOther,
}: {
  readonly trace: TraceDocument;
  readonly place: { readonly file: string; readonly line: number | null } | null;
  readonly setPlace: (place: { readonly file: string; readonly line: number | null }) => void;
  readonly showPlace: (step: TracedStep) => void;
  readonly isOther: boolean;
}) {
  const steps = useMemo(() => flatSteps(trace.steps), [trace]);
  const changed = steps.filter(({ step }) => step.changes.length > 0);
  const counted = steps.filter(({ step }) => step.store.length > 0 || step.calls.length > 0);
  return (
    <>
      <section aria-labelledby="pipeline">
        <h2 id="pipeline">Pipeline</h2>
        <Waterfall trace={trace} showPlace={showPlace} />
      </section>
      <Documents trace={trace} place={place} setPlace={setPlace} isOther={isOther} />
      {changed.length > 0 && (
        <section aria-labelledby="changes">
          <h2 id="changes">Changes</h2>
          {changed.map(({ step, key }) => (
            <div key={key}>
              <h3>
                {step.policy} <span class="muted small">{placeOf(step)}</span>
              </h3>
              <Changes changes={step.changes} />
            </div>
          ))}
        </section>
      )}
      {counted.length > 0 && (
        <section aria-labelledby="counters">
          <h2 id="counters">Counters, cache keys and calls</h2>
          <div class="scrolls">
            <table>
              <thead>
                <tr>
                  {["Policy", "What", "Before", "After", "Limit or time"].map((name) => (
                    <th key={name} scope="col">
                      {name}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {counted.flatMap(({ step, key }) => [
                  ...step.store.map((entry, index) => (
                    <tr key={`${key} store ${index}`}>
                      <td>{step.policy}</td>
                      <td class="mono">
                        {entry.kind} {keyText(entry.key)}
                      </td>
                      <td class="number mono">{entry.before ?? "none"}</td>
                      <td class="number mono">{entry.after ?? "none"}</td>
                      <td class="mono">
                        {entry.limit === undefined ? "" : `of ${entry.limit}`}
                        {entry.renewsIn === undefined ? "" : ` for ${ms(entry.renewsIn)}`}
                      </td>
                    </tr>
                  )),
                  ...step.calls.map((call, index) => (
                    <tr key={`${key} call ${index}`}>
                      <td>{step.policy}</td>
                      <td class="mono">
                        {call.method} {call.url}
                      </td>
                      <td />
                      <td class="number mono">{call.status ?? call.error}</td>
                      <td class="mono">{ms(call.elapsed)}</td>
                    </tr>
                  )),
                ])}
              </tbody>
            </table>
          </div>
        </section>
      )}
      <div class="columns">
        <section aria-labelledby="asked">
          <h2 id="asked">Request</h2>
          <Message headers={trace.request.headers} body={trace.request.body} />
        </section>
        <section aria-labelledby="answered">
          <h2 id="answered">Answer</h2>
          <Message headers={trace.answer.headers} body={trace.answer.body} />
        </section>
      </div>
    </>
  );
}

function Documents({
  trace,
  place,
  setPlace,
  isOther,
}: {
  readonly trace: TraceDocument;
  readonly place: { readonly file: string; readonly line: number | null } | null;
  readonly setPlace: (place: { readonly file: string; readonly line: number | null }) => void;
  readonly isOther: boolean;
}) {
  const files = useMemo(
    () => [...new Set(flatSteps(trace.steps).flatMap(({ step }) => (step.file === null ? [] : [step.file])))],
    [trace],
  );
  const documents = useLoaded(() => (files.length === 0 ? Promise.resolve([]) : api.documents(files)), [files]);
  return (
    <section aria-labelledby="documents">
      <h2 id="documents">Documents</h2>
      {isOther && (
        <p class="note">Another configuration has come into force since: its documents are shown, and lines may have moved.</p>
      )}
      <Show loaded={documents}>
        {(all) => {
          if (all.length === 0) return <p class="muted">No document took part in this request.</p>;
          const fits = ({ file, line, text }: ShownDocument): boolean =>
            file === place?.file && (place.line === null || (place.line >= line && place.line < line + text.split("\n").length));
          const chosen = all.find(fits) ?? all[0]!;
          return (
            <>
              <div class="bar tabs">
                {all.map((shown) => (
                  <button
                    type="button"
                    key={`${shown.file} ${shown.line}`}
                    aria-pressed={shown === chosen}
                    onClick={() => setPlace({ file: shown.file, line: shown.line === 1 ? null : shown.line })}
                  >
                    {shown.file}
                    {shown.line === 1 ? "" : `:${shown.line}`}
                  </button>
                ))}
              </div>
              <Marked shown={chosen} trace={trace} line={chosen.file === place?.file ? place.line : null} />
              <p class="legend small">
                <span class="line-continue">✓ executed</span> <span class="line-stop">■ ended the section</span>{" "}
                <span class="line-error">✗ failed</span> <span class="line-skipped">– skipped</span>
              </p>
            </>
          );
        }}
      </Show>
    </section>
  );
}

function Marked({
  shown,
  trace,
  line,
}: {
  readonly shown: ShownDocument;
  readonly trace: TraceDocument;
  readonly line: number | null;
}) {
  const marks = useMemo(() => lineMarks(shown, trace), [shown, trace]);
  return <DocumentView document={shown} marks={marks} line={line} />;
}

function Message({ headers, body }: { readonly headers: TraceDocument["request"]["headers"]; readonly body: TracedBody | null }) {
  return (
    <>
      <dl class="headers mono">
        {headers.map(([name, value], index) => (
          <div key={index}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {body === null ? (
        <p class="muted small">No body was read by the gateway.</p>
      ) : (
        <>
          <pre class="body">{body.text ?? body.base64}</pre>
          <p class="muted small">
            {body.bytes} bytes{body.text === undefined ? ", in base64" : ""}
            {body.truncated ? ", the beginning is shown" : ""}
          </p>
        </>
      )}
    </>
  );
}

/** Headers that the connection, the console or a secret's absence makes pointless to send again. */
const NOT_AGAIN = /^(?:host|content-length|connection|transfer-encoding|keep-alive|apim-debug-authorization)$/i;

function SendAgain({ detail }: { readonly detail: RequestDetail }) {
  const catalogue = useLoaded(() => api.catalogue(), []);
  const { row, trace } = detail;
  const start: SendStart = {
    method: row.method,
    url: row.url.replace(/([?&])[^=&]+=\*{3}(&|$)/g, "$1").replace(/[?&]$/, ""),
    headers: (trace?.request.headers ?? []).filter(([name, value]) => !NOT_AGAIN.test(name) && !value.includes("***")),
    body: trace?.request.body?.text ?? "",
    subscription: row.subscription,
  };
  const hasSecrets = (trace?.request.headers ?? []).some(([, value]) => value.includes("***"));
  return (
    <section aria-label="Edit and send again" class="panel">
      {hasSecrets && (
        <p class="muted small">
          Keys and tokens of the caller are not kept: choose a subscription and a token, or write a header.
        </p>
      )}
      {trace?.request.body?.truncated === true && <p class="muted small">Only the beginning of the body is kept.</p>}
      <Show loaded={catalogue}>{(value) => <SendForm start={start} catalogue={value} />}</Show>
    </section>
  );
}

function Others({ detail: { row } }: { readonly detail: RequestDetail }) {
  const query = new URLSearchParams({ limit: "50", ...(row.api === null ? {} : { api: row.api }) });
  if (row.operation !== null) query.set("operation", `${row.api}/${row.operation}`);
  const others = useLoaded(() => api.requests(query), []);
  return (
    <section aria-label="Compare with" class="panel">
      <Show loaded={others}>
        {({ rows }) => (
          <ul class="others">
            {rows
              .filter(({ id, isTraced }) => id !== row.id && isTraced)
              .map((other) => (
                <li key={other.id}>
                  <a href={linkTo("compare", row.id, other.id)}>
                    <b class={`status ${statusClass(other.status)}`}>{other.status}</b> {clockTime(other.at)} {other.method}{" "}
                    {pathOf(other.url)} {ms(other.times.total)}
                  </a>
                </li>
              ))}
            {rows.length < 2 && <li class="muted">There is no other request of this operation.</li>}
          </ul>
        )}
      </Show>
    </section>
  );
}

function MadeTestView({ id }: { readonly id: string }) {
  const made = useLoaded(() => api.madeTest(id), [id]);
  return (
    <section aria-label="Made test" class="panel">
      <Show loaded={made}>
        {({ file, text, notes, passes }) => (
          <>
            <p>
              <b class={passes ? "good" : "bad"}>{passes ? "It passes." : "It does not pass as it stands."}</b> Save it as{" "}
              <code>{file}</code> beside the configuration, and run <code>turnpike test {file}</code>.
            </p>
            {notes.map((note) => (
              <p key={note} class="note">
                {note}
              </p>
            ))}
            <div class="bar">
              <a class="button" download={file} href={`data:text/yaml;charset=utf-8,${encodeURIComponent(text)}`}>
                Download
              </a>
              <button type="button" onClick={() => void navigator.clipboard.writeText(text)}>
                Copy
              </button>
            </div>
            <pre class="body" id="made-test">
              {text}
            </pre>
          </>
        )}
      </Show>
    </section>
  );
}
