import type { Logger } from "../policy/services.js";
import type { LiveEvent } from "./live-options.js";

/** Writes what happens to a configuration into the log. */
export function loggingObserver(logger: Logger | undefined, source: string): (event: LiveEvent) => void {
  return (event) => {
    switch (event.kind) {
      case "in-force":
        if (event.origin === "source") return logger?.info({ source }, "The configuration is in force.");
        return logger?.warn(
          { source, keptAt: new Date(event.keptAt!).toISOString() },
          "The last good configuration is in force, as the source gives none that can be.",
        );
      case "refused":
        return logger?.error(
          { source, diagnostics: event.error.diagnostics },
          "The configuration has errors: the one in force stays.",
        );
      case "unreachable":
        return logger?.warn({ source, err: event.error }, "The configuration could not be had: the one in force stays.");
      case "last-good-failed":
        return logger?.error({ source, err: event.error }, "The last good configuration could not be written or read.");
    }
  };
}
