// docs/reference/run.md: the settings of `turnpike run`, of the table that makes its options.
import { runCommand } from "../packages/adapters/dist/cli/commands/run.js";
import { keyOf, variableOf } from "../packages/adapters/dist/cli/run/settings.js";

/** The page. */
export function runPage() {
  const cell = (text) => text.replaceAll("|", "\\|");
  const rows = Object.entries(runCommand.options).map(([name, { value, type, help }]) => {
    const key = keyOf(name);
    const option = `\`--${name}${type === "string" ? ` ${value ?? "VALUE"}` : ""}\``;
    return `| ${[option, `\`${variableOf(name)}\``, key === null ? "" : `\`${key}\``, help].map(cell).join(" | ")} |`;
  });
  return [
    "# Settings of turnpike run",
    "",
    "A setting is an option of the command, an environment variable, or a key below `run` of the configuration file (`gateway.yaml`). Of each the first that",
    "says anything counts, as a whole: the option, then the variable, then the file. The page is made from the command's own table: `pnpm run reference`.",
    "",
    "```yaml",
    "run: { port: 443, workers: auto, tlsCert: [a.pem, b.pem], trustProxy: 10.0.0.0/8, admin: 0.0.0.0:9464, strict: true }",
    "```",
    "",
    "- Switches are `true` or `false`. In variables, values of options that may stand several times have commas between; in the file they are a list.",
    "- `admin` and `console` with an empty variable, or `true` in the file, listen where they do by default.",
    "- `run` of the file is read when the command starts; with several workers again at SIGHUP. Configurations at URLs have none.",
    "- `PORT` is the port where nothing else names one.",
    "- Settings of API Management's self-hosted gateway: `telemetry.logs.std` is `--log` (`text` is `pretty`), `observability.opentelemetry.enabled` is `--otel`, and",
    "  `observability.opentelemetry.collector.uri` is `OTEL_EXPORTER_OTLP_ENDPOINT`. Variables of this command go before them. The others that are there are named in one line at the start.",
    "",
    "| option | variable | key | |",
    "| --- | --- | --- | --- |",
    ...rows,
    "",
  ].join("\n");
}
