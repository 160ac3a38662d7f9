import { loadConfiguration } from "../config/load.js";
import { LoadedConfiguration } from "../config/source.js";
import type { ConfigurationInput } from "../gateway-options.js";
import type { ConfigurationSource } from "./source.js";
import { Settling, type Stamp, stampOf } from "./stamps.js";

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
  const settling = new Settling();
  return {
    name: file,
    async read() {
      if (given !== null && !settling.isDue(await changes(given.files.seen))) return null;
      const loaded = load(file);
      given = loaded instanceof LoadedConfiguration ? loaded : LoadedConfiguration.fromObject(loaded, process.cwd());
      return given;
    },
  };
}

/** The files that are others than before; null for none. */
async function changes(seen: ReadonlyMap<string, string>): Promise<Stamp[] | null> {
  const changed: Stamp[] = [];
  for (const [path, before] of seen) {
    const now = await stampOf(path);
    if (now.text !== before) changed.push(now);
  }
  return changed.length === 0 ? null : changed;
}
