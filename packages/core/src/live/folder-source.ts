import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { ConfigurationInput } from "../gateway-options.js";
import type { ConfigurationSource } from "./source.js";
import { Settling, type Stamp, stampOf } from "./stamps.js";

const SKIPPED = new Set(["node_modules", ".git"]);
/** Most files of a folder. */
const MOST_FILES = 100_000;
const MOST_DEPTH = 32;
/** Files whose state is asked for at once. */
const AT_ONCE = 64;

/**
 * A folder, read anew whenever a file in it has changed, come or gone: an APIOps folder, or whatever `load` reads.
 *
 *     const live = await createLiveGateway(folderSource("apim-artifacts", loadApiOps));
 *
 * @param load makes a configuration of the folder
 */
export function folderSource(
  folder: string,
  load: (folder: string) => ConfigurationInput | Promise<ConfigurationInput>,
): ConfigurationSource {
  let seen: ReadonlyMap<string, Stamp> | null = null;
  const settling = new Settling();
  return {
    name: folder,
    async read() {
      const now = await stampsBelow(folder);
      if (seen !== null && !settling.isDue(changes(seen, now))) return null;
      const configuration = await load(folder);
      seen = now;
      return configuration;
    },
  };
}

/** The files that are others than before; null for none, which is not the same as files that are gone. */
function changes(before: ReadonlyMap<string, Stamp>, now: ReadonlyMap<string, Stamp>): Stamp[] | null {
  const changed = [...now].flatMap(([path, stamp]) => (before.get(path)?.text === stamp.text ? [] : [stamp]));
  return changed.length === 0 && before.size === now.size ? null : changed;
}

async function stampsBelow(folder: string): Promise<Map<string, Stamp>> {
  const paths: string[] = [];
  await collect(folder, 0, paths);
  const stamps = new Map<string, Stamp>();
  for (let at = 0; at < paths.length; at += AT_ONCE)
    await Promise.all(paths.slice(at, at + AT_ONCE).map(async (path) => stamps.set(path, await stampOf(path))));
  return stamps;
}

async function collect(folder: string, depth: number, paths: string[]): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (SKIPPED.has(entry.name)) continue;
    const path = join(folder, entry.name);
    if (!entry.isDirectory()) paths.push(path);
    else if (depth < MOST_DEPTH) await collect(path, depth + 1, paths);
    if (paths.length > MOST_FILES) throw new Error(`The folder ${folder} holds more than ${MOST_FILES} files.`);
  }
}
