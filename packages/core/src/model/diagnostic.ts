/** The messages of a request that a diagnostic may ask for. */
export type LoggedPart = "request" | "response" | "backendRequest" | "backendResponse";

/** What becomes of a header or query parameter before it is logged: stars for its value, or nothing of it at all. */
export type Masking = "Mask" | "Hide";

/** What a diagnostic wants of one message. */
export interface LoggedMessageModel {
  /** Names of headers, lower case. */
  readonly headers: ReadonlySet<string>;
  /** First bytes of the body; 0 for none. */
  readonly bytes: number;
  /** By name, lower case. */
  readonly maskedHeaders: ReadonlyMap<string, Masking>;
  /** By name, as written. */
  readonly maskedQuery: ReadonlyMap<string, Masking>;
}

/**
 * A diagnostic entity: what of the requests of a service, a workspace or an API is logged, and where to. Its id is the kind of log:
 * `azuremonitor` is the access log, `applicationinsights` what Application Insights gets.
 */
export interface DiagnosticModel {
  readonly id: string;
  /** Null where it names none. */
  readonly loggerId: string | null;
  /** True: failures are logged whatever the sampling. */
  readonly logsAllErrors: boolean;
  /** The share of requests that is logged, from 0 to 1. */
  readonly sampling: number;
  /** `error`: failed requests only. Entries of trace policies below it are left out. */
  readonly verbosity: "error" | "information" | "verbose";
  /** Null: the diagnostic does not say. */
  readonly logsClientIp: boolean | null;
  /** Do metrics that policies emit go there? */
  readonly takesMetrics: boolean;
  readonly operationNameFormat: "Name" | "Url";
  readonly messages: Readonly<Record<LoggedPart, LoggedMessageModel>>;
}

/** Diagnostics by id. */
export type Diagnostics = ReadonlyMap<string, DiagnosticModel>;
