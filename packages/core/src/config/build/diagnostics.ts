import { notThere } from "../../diagnostics/references.js";
import type { DiagnosticModel, Diagnostics, LoggedMessageModel, Masking } from "../../model/diagnostic.js";
import type { LoggerModel } from "../../model/model.js";
import type { DiagnosticConfiguration, LoggedMessageConfiguration } from "../configuration.js";
import { configurationProblems } from "../problems.js";
import type { ConfigurationPath, LoadedConfiguration } from "../source.js";

/** API Management takes no more of a body. */
const MOST_BYTES = 8192;
/** The log that needs no logger entity. */
const ACCESS_LOG = "azuremonitor";

/**
 * Diagnostics of a service, a workspace or an API.
 * @param outer those that hold where the inner ones say nothing: an inner one takes the place of the outer one of its id
 */
export function buildDiagnostics(
  written: Readonly<Record<string, DiagnosticConfiguration>> | undefined,
  path: ConfigurationPath,
  loaded: LoadedConfiguration,
  loggers: ReadonlyMap<string, LoggerModel>,
  outer: Diagnostics,
): Diagnostics {
  if (written === undefined) return outer;
  const all = new Map(outer);
  for (const [id, diagnostic] of Object.entries(written))
    all.set(id.toLowerCase(), buildDiagnostic(id.toLowerCase(), diagnostic, [...path, id], loaded, loggers));
  return all;
}

function buildDiagnostic(
  id: string,
  written: DiagnosticConfiguration,
  path: ConfigurationPath,
  loaded: LoadedConfiguration,
  loggers: ReadonlyMap<string, LoggerModel>,
): DiagnosticModel {
  const loggerId = written.loggerId === undefined ? null : written.loggerId.slice(written.loggerId.lastIndexOf("/") + 1);
  if (loggerId !== null && id !== ACCESS_LOG && !loggers.has(loggerId))
    loaded.report([...path, "loggerId"], { ...notThere("logger", loggerId, [...loggers.keys()]), severity: "warning" });
  const percentage = written.sampling?.percentage ?? 100;
  if (!(percentage >= 0 && percentage <= 100))
    loaded.report([...path, "sampling", "percentage"], configurationProblems.samplingInvalid(percentage));
  const message = (side: "frontend" | "backend", which: "request" | "response"): LoggedMessageModel =>
    buildMessage(written[side]?.[which], [...path, side, which], loaded);
  return {
    id,
    loggerId,
    logsAllErrors: written.alwaysLog === "allErrors",
    sampling: percentage / 100,
    verbosity: written.verbosity ?? "information",
    logsClientIp: written.logClientIp ?? null,
    takesMetrics: written.metrics ?? false,
    operationNameFormat: written.operationNameFormat ?? "Name",
    messages: {
      request: message("frontend", "request"),
      response: message("frontend", "response"),
      backendRequest: message("backend", "request"),
      backendResponse: message("backend", "response"),
    },
  };
}

function buildMessage(
  written: LoggedMessageConfiguration | undefined,
  path: ConfigurationPath,
  loaded: LoadedConfiguration,
): LoggedMessageModel {
  const bytes = written?.body?.bytes ?? 0;
  if (!Number.isInteger(bytes) || bytes < 0 || bytes > MOST_BYTES)
    loaded.report([...path, "body", "bytes"], configurationProblems.bytesInvalid(bytes, MOST_BYTES));
  const { headers = [], queryParams = [] } = written?.dataMasking ?? {};
  return {
    headers: new Set((written?.headers ?? []).map((name) => String(name).toLowerCase())),
    bytes,
    maskedHeaders: masked(headers, (name) => name.toLowerCase()),
    maskedQuery: masked(queryParams, (name) => name),
  };
}

function masked(
  entries: readonly { readonly value: string; readonly mode?: Masking }[],
  keyOf: (name: string) => string,
): ReadonlyMap<string, Masking> {
  return new Map(entries.map(({ value, mode = "Mask" }) => [keyOf(String(value)), mode]));
}
