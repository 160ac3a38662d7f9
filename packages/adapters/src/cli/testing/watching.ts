import { readdirSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { setTimeout } from "node:timers/promises";

/** Milliseconds between two looks. */
const PAUSE = 300;
/** What tests are made of. */
const CONCERNED = /\.(?:ya?ml|xml|json|liquid|xsd|xslt?|graphql|wsdl)$/i;

/** Files of the folders that paths are or lie in, as they were at the last look. */
export class WatchedFiles {
  private readonly written: ReadonlySet<string>;
  private seen = "";

  /**
   * @param paths files and folders
   * @param written files and folders that the run itself writes: no change of them counts
   */
  constructor(
    private readonly paths: readonly string[],
    written: readonly string[],
  ) {
    this.written = new Set(written.map((path) => resolve(path)));
  }

  /** What is now is what later looks are compared with. To be called before the files are read, so that no change is missed meanwhile. */
  look(): void {
    this.seen = this.state();
  }

  /** Resolves once a file is another than at the last look, or nobody waits any more. */
  async changed(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && this.state() === this.seen) await setTimeout(PAUSE, undefined, { signal }).catch(() => undefined);
  }

  private state(): string {
    const folders = new Set(
      this.paths.map((path) => (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true ? path : dirname(path))),
    );
    return [...folders].flatMap((folder) => [...this.stamps(folder)]).join("\n");
  }

  private *stamps(folder: string): Generator<string> {
    for (const entry of entriesOf(folder)) {
      const path = join(folder, entry.name);
      if (this.written.has(resolve(path))) continue;
      if (entry.isDirectory()) {
        if (entry.name !== "node_modules" && entry.name !== ".git") yield* this.stamps(path);
      } else if (CONCERNED.test(entry.name) && !entry.name.endsWith(".snapshot.json")) {
        // Gone between two looks: it will be missing in the next.
        const stat = statSync(path, { throwIfNoEntry: false });
        if (stat !== undefined) yield `${path} ${stat.mtimeMs} ${stat.size}`;
      }
    }
  }
}

/** What a folder holds; nothing where it is gone, as while it is put anew. */
function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
