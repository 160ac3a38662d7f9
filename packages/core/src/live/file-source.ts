import { loadConfiguration } from "../config/load.js";
import { LoadedConfiguration } from "../config/source.js";
import type { ConfigurationInput } from "../gateway.js";
import type { ConfigurationSource } from "./source.js";
import { isUnsettled, type Stamp, stampOf } from "./stamps.js";

/** Looks that are put off because files are still changing: after so many they are read all the same. */
const MOST_DELAYS = 20;

/**
 * A configuration file (YAML or JSON) and the files that it names, wherever they are: policies, OpenAPI documents, schemas, certificates,
 * files of secrets. One that does not exist yet is looked out for too.
 *
 *     const live = await createLiveGateway(fileSource("gateway.yaml"), { interval: 1_000 });
 *
 * @param load makes the configuration, if not of the file's own text; the files that it names are looked after
 */
export function fileSource(file: string, load: (file: string) => ConfigurationInput = loadConfiguration): ConfigurationSource {
  let given: LoadedConfiguration | null = null;
  let delays = 0;
  return {
    name: file,
    async read() {
      if (given !== null) {
        const state = await stateOf(given.files.seen);
        if (state === "same" || (state === "unsettled" && ++delays <= MOST_DELAYS)) return null;
      }
      delays = 0;
      const loaded = load(file);
      given = loaded instanceof LoadedConfiguration ? loaded : LoadedConfiguration.fromObject(loaded, process.cwd());
      return given;
    },
  };
}

async function stateOf(seen: ReadonlyMap<string, string>): Promise<"same" | "changed" | "unsettled"> {
  const changed: Stamp[] = [];
  for (const [path, before] of seen) {
    const now = await stampOf(path);
    if (now.text !== before) changed.push(now);
  }
  return changed.length === 0 ? "same" : isUnsettled(changed) ? "unsettled" : "changed";
}
