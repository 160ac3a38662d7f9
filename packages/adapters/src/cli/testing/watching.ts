import { readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

/** Milliseconds between two looks. */
const PAUSE = 300;
/** What tests are made of. */
const CONCERNED = /\.(?:ya?ml|xml|json|liquid|xsd|xslt?|graphql|wsdl)$/i;

/** Waits until a file of the folders that paths are or lie in is another than now. */
export async function untilChanged(paths: readonly string[], pause = PAUSE): Promise<void> {
  const before = stateOf(paths);
  do await new Promise((resolve) => setTimeout(resolve, pause));
  while (stateOf(paths) === before);
}

function stateOf(paths: readonly string[]): string {
  const folders = new Set(
    paths.map((path) => (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true ? path : dirname(path))),
  );
  return [...folders].flatMap((folder) => [...stamps(folder)]).join("\n");
}

function* stamps(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (entry.name !== "node_modules" && entry.name !== ".git") yield* stamps(path);
    } else if (CONCERNED.test(entry.name) && !entry.name.endsWith(".snapshot.json")) {
      // Gone between two looks: it will be missing in the next.
      const stat = statSync(path, { throwIfNoEntry: false });
      if (stat !== undefined) yield `${path} ${stat.mtimeMs} ${stat.size}`;
    }
  }
}
