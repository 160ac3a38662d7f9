import { closeSync, fstatSync, openSync, readFileSync, statSync } from "node:fs";
import { isAbsolute, join } from "node:path";

/** The stamp of a file that is not there or cannot be read. */
export const ABSENT = "absent";

/**
 * The files that a configuration names. Each is read once: what is built again, because a secret has changed, is built of the same. What
 * each was like is remembered, so that a change can be told.
 */
export class FileSet {
  /** By the names that the configuration uses. */
  private readonly contents: Map<string, Buffer>;
  /** By path. */
  private readonly stamps = new Map<string, string>();

  private constructor(
    /** Where relative names are looked for. */
    readonly folder: string,
    /** Why there are no files besides those that are held; null where they are on disk. */
    private readonly refusal: string | null,
    contents: Iterable<readonly [string, Buffer]> = [],
    /** May values of secrets be read from disk? */
    private readonly hasValues = true,
  ) {
    this.contents = new Map(contents);
  }

  /** Files on disk. */
  static onDisk(folder: string): FileSet {
    return new FileSet(folder, null);
  }

  /** Files as they were, wherever they are now. Values of secrets are read anew: they may have been changed for a reason. */
  static kept(folder: string, contents: Iterable<readonly [string, Buffer]>): FileSet {
    return new FileSet(folder, "it was not kept.", contents);
  }

  /** Files that are on no disk. */
  static inMemory(contents: Iterable<readonly [string, Buffer]>): FileSet {
    return new FileSet("", "there is no such file.", contents, false);
  }

  /** No files. */
  static none(why: string): FileSet {
    return new FileSet("", why, [], false);
  }

  /** The path of a file that holds a value and nothing else. Throws where there are none. */
  pathOfValue(file: string): string {
    if (!this.hasValues) throw new Error(this.refusal ?? "");
    return this.path(file);
  }

  /** Where modules of policies are looked for; null for a configuration that may name none, as it does not stand on this machine. */
  get modulesFolder(): string | null {
    return this.hasValues ? this.folder : null;
  }

  /** Has changes of a file told that is not read here. */
  watch(path: string): void {
    const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
    this.note(path, stats === undefined ? ABSENT : stampText(stats));
  }

  /** The path of a file, for messages. */
  path(file: string): string {
    return isAbsolute(file) ? file : join(this.folder, file);
  }

  /** A file's bytes, as they were when it was read first. Throws what the file system throws. */
  bytes(file: string): Buffer {
    const known = this.contents.get(file);
    if (known !== undefined) return known;
    if (this.refusal !== null) throw new Error(this.refusal);
    const path = this.path(file);
    this.note(path, ABSENT);
    const descriptor = openSync(path, "r");
    try {
      this.note(path, stampText(fstatSync(descriptor, { bigint: true })));
      const bytes = readFileSync(descriptor);
      this.contents.set(file, bytes);
      return bytes;
    } finally {
      closeSync(descriptor);
    }
  }

  /** Remembers what a file was like when it was read. */
  note(path: string, stamp: string): void {
    this.stamps.set(path, stamp);
  }

  /** What was read, by name. */
  get read(): ReadonlyMap<string, Buffer> {
    return this.contents;
  }

  /** What every file that was asked for was like, by path. */
  get seen(): ReadonlyMap<string, string> {
    return this.stamps;
  }
}

/** What tells one state of a file from the next. */
export function stampText({
  ino,
  size,
  mtimeNs,
}: {
  readonly ino: bigint;
  readonly size: bigint;
  readonly mtimeNs: bigint;
}): string {
  return `${ino} ${size} ${mtimeNs}`;
}
