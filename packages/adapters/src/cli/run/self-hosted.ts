/** Names of settings that API Management's self-hosted gateway takes from its environment. */
const KNOWN =
  /^(?:gateway\.name$|(?:config\.service|telemetry|observability\.opentelemetry|net\.(?:server|client)|neighborhood|policy\.rate-limit|certificates\.local)\.)/i;

/** What such settings come to here. */
export interface SelfHostedSettings {
  /** By the names of options. */
  readonly settings: ReadonlyMap<string, { readonly where: string; readonly values: readonly string[] }>;
  /** Names that are there and are not used, sorted. Their values may be secrets. */
  readonly unused: readonly string[];
}

/** Settings that mean the same here: the option, and what its value is called here. */
const SAME: Readonly<Record<string, { readonly option: string; readonly values?: Readonly<Record<string, string>> }>> = {
  "telemetry.logs.std": { option: "log", values: { none: "none", text: "pretty", json: "json" } },
  "observability.opentelemetry.enabled": { option: "otel" },
};

/**
 * Reads the settings of the self-hosted gateway's environment that mean the same here, so that its manifests need few changes. The address of the
 * OpenTelemetry collector goes where its SDK looks for it.
 * Source: "Self-hosted gateway container configuration settings" of API Management's reference.
 */
export function selfHostedSettings(env: NodeJS.ProcessEnv): SelfHostedSettings {
  const settings = new Map<string, { readonly where: string; readonly values: readonly string[] }>();
  const unused: string[] = [];
  for (const [name, text] of Object.entries(env)) {
    if (text === undefined || !KNOWN.test(name)) continue;
    const same = SAME[name.toLowerCase()];
    const value = same?.values === undefined ? text : same.values[text.toLowerCase()];
    if (same !== undefined && value !== undefined) settings.set(same.option, { where: name, values: [value] });
    else if (name.toLowerCase() === "observability.opentelemetry.collector.uri") env["OTEL_EXPORTER_OTLP_ENDPOINT"] ??= text;
    else unused.push(name);
  }
  return { settings, unused: unused.sort() };
}
