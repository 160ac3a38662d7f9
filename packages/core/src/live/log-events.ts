import { logEvents } from "../policy/log-events.js";
import type { Logger } from "../policy/services.js";
import type { LiveEvent } from "./live-options.js";

/** Writes what happens to a configuration into the log. */
export function loggingObserver(logger: Logger | undefined, source: string): (event: LiveEvent) => void {
  return (event) => {
    switch (event.kind) {
      case "in-force":
        if (event.origin === "source") return logger?.info({ source }, logEvents.configurationInForce);
        return logger?.warn({ source, keptAt: new Date(event.keptAt!).toISOString() }, logEvents.lastGoodInForce);
      case "refused":
        return logger?.error({ source, diagnostics: event.error.diagnostics }, logEvents.configurationRefused);
      case "unreachable":
        return logger?.warn({ source, err: event.error }, logEvents.configurationUnreachable);
      case "last-good-failed":
        return logger?.error({ source, err: event.error }, logEvents.lastGoodFailed);
    }
  };
}
