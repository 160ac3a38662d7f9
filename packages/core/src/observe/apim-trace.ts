import type { SectionName } from "../policy/sections.js";
import type { TraceDocument, TracedStep } from "./trace-document.js";

interface ApimEntry {
  readonly source: string;
  readonly timestamp: string;
  readonly elapsed: string;
  readonly data: unknown;
}

/** A trace in the shape in which API Management gives its own. */
export function apimTrace(trace: TraceDocument, serviceName: string): object {
  const started = Date.parse(trace.timestamp);
  const entry = (source: string, at: number, data: unknown): ApimEntry => ({
    source,
    timestamp: new Date(started + at).toISOString().replace(/(\.\d{3})Z$/, "$10000Z"),
    elapsed: timeSpan(at),
    data,
  });
  const { request, match, answer } = trace;
  const named = (pairs: TraceDocument["request"]["headers"]) => pairs.map(([name, value]) => ({ name, value }));
  const sections: Record<SectionName, ApimEntry[]> = { inbound: [], backend: [], outbound: [], "on-error": [] };
  sections.inbound.push(
    entry("api-inspector", 0, { request: { method: request.method, url: request.url, headers: named(request.headers) } }),
    entry("api-inspector", 0, {
      configuration: {
        api: { name: match.api, version: match.version, revision: match.revision },
        operation: { name: match.operation },
        user: match.user ?? "-",
        product: match.product ?? "-",
      },
    }),
  );
  const add = (step: TracedStep): void => {
    if (step.outcome !== "skipped") sections[step.section].push(entry(step.policy, step.at, dataOf(step)));
    for (const nested of step.steps) add(nested);
  };
  for (const step of trace.steps) add(step);
  sections.outbound.push(
    entry("transfer-response", trace.timing.total, {
      message: "Response has been sent to the caller in full",
      response: { status: { code: answer.status, reason: answer.reason }, headers: named(answer.headers) },
    }),
  );
  return { serviceName, traceId: trace.id, traceEntries: sections };
}

function dataOf({ why, changes, calls, store, messages, outcome }: TracedStep): object {
  return {
    messages: [...(why === null ? [] : [why]), ...messages.map(({ data }) => data)],
    ...(outcome === "error" ? { outcome } : {}),
    ...(changes.length === 0 ? {} : { changes }),
    ...(calls.length === 0 ? {} : { calls }),
    ...(store.length === 0 ? {} : { store }),
  };
}

/** Milliseconds as a TimeSpan's text. */
function timeSpan(ms: number): string {
  const ticks = Math.round(ms * 10_000);
  const seconds = Math.floor(ticks / 10_000_000);
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}.${String(ticks % 10_000_000).padStart(7, "0")}`;
}
