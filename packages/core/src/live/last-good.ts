import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { type FileHandle, link, mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** Where the last good configuration is kept. */
export interface LastGoodOptions {
  readonly file: string;
  /**
   * What it is encrypted with: at least 32 characters that nobody can guess. Default: made once and kept in a file beside it, `FILE.key`,
   * which keeps secrets out of copies of the one file, but not from those who can read both.
   */
  readonly key?: string;
}

const MAGIC = Buffer.from("turnpike last good 1\n");
const NONCE = 12;
const TAG = 16;
const SHORTEST_KEY = 32;
/** Milliseconds after which a temporary file is taken for one that a killed process has left. */
const STALE = 60_000;

/**
 * One encrypted file (AES-256-GCM) that is either wholly the old one or wholly the new one, whenever the process or the machine stops: what
 * is written goes to a temporary file, is forced to the disk, and takes the old one's name.
 */
export class LastGoodFile {
  readonly file: string;
  private readonly given: string | undefined;

  /** @throws TypeError if the key is too short */
  constructor({ file, key }: LastGoodOptions) {
    if (key !== undefined && key.length < SHORTEST_KEY)
      throw new TypeError(`The key of the last good configuration has at least ${SHORTEST_KEY} characters.`);
    this.file = file;
    this.given = key;
  }

  /** Writes it. The file can be read by its owner only. */
  async write(text: string): Promise<void> {
    await mkdir(dirname(this.file), { recursive: true });
    const nonce = randomBytes(NONCE);
    const cipher = createCipheriv("aes-256-gcm", await this.key(true), nonce).setAAD(MAGIC);
    const encrypted = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
    await replaceFile(this.file, Buffer.concat([MAGIC, nonce, cipher.getAuthTag(), encrypted]));
  }

  /** Reads it; null if there is none. Rejects if it is damaged, or encrypted with another key. */
  async read(): Promise<string | null> {
    const bytes = await readFile(this.file).catch(nullIfAbsent);
    if (bytes === null) return null;
    const start = MAGIC.length + NONCE + TAG;
    if (bytes.length < start || !bytes.subarray(0, MAGIC.length).equals(MAGIC))
      throw new Error(`${this.file} holds no configuration that was kept.`);
    try {
      const nonce = bytes.subarray(MAGIC.length, MAGIC.length + NONCE);
      const decipher = createDecipheriv("aes-256-gcm", await this.key(false), nonce, { authTagLength: TAG })
        .setAAD(MAGIC)
        .setAuthTag(bytes.subarray(MAGIC.length + NONCE, start));
      return Buffer.concat([decipher.update(bytes.subarray(start)), decipher.final()]).toString("utf8");
    } catch (error) {
      throw new Error(`${this.file} was kept with another key, or is damaged.`, { cause: error });
    }
  }

  /** Removes what a process that was killed while it wrote has left. */
  async tidy(): Promise<void> {
    const folder = dirname(this.file);
    const names = await readdir(folder).catch(() => []);
    for (const name of names) {
      if (!name.startsWith(`${basename(this.file)}.`) || !name.endsWith(".tmp")) continue;
      const path = join(folder, name);
      const stats = await stat(path).catch(() => null);
      if (stats !== null && Date.now() - stats.mtimeMs > STALE) await rm(path, { force: true }).catch(() => undefined);
    }
  }

  private async key(canMake: boolean): Promise<Buffer> {
    const text = this.given ?? (await this.keptKey(canMake));
    return Buffer.from(hkdfSync("sha256", text, "", "turnpike last good configuration", 32));
  }

  private async keptKey(canMake: boolean): Promise<string> {
    const path = `${this.file}.key`;
    const known = await readFile(path, "utf8").catch(nullIfAbsent);
    if (known !== null) return known;
    if (!canMake) throw new Error(`There is no ${path}.`);
    await createFile(path, Buffer.from(randomBytes(48).toString("base64url")));
    return readFile(path, "utf8");
  }
}

/** Puts another content in a file's place: whoever looks sees the old one or the new one, also after a crash. */
function replaceFile(file: string, bytes: Uint8Array): Promise<void> {
  return appear(file, bytes, (temporary) => rename(temporary, file));
}

/** Makes a file unless it is there: of several processes one makes it, and the others find it whole. */
function createFile(file: string, bytes: Uint8Array): Promise<void> {
  return appear(file, bytes, async (temporary) => {
    try {
      await link(temporary, file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST") return;
      // A file system without links: the name is taken over instead.
      await rename(temporary, file);
    }
  });
}

async function appear(file: string, bytes: Uint8Array, place: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = `${file}.${process.pid}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    await withFile(temporary, "wx", 0o600, async (handle) => {
      await handle.writeFile(bytes);
      await handle.sync();
    });
    await place(temporary);
  } finally {
    await rm(temporary, { force: true });
  }
  // The new name is on the disk only when its folder is. Where folders cannot be opened (Windows) the file system sees to it.
  await withFile(dirname(file), "r", undefined, (handle) => handle.sync()).catch(() => undefined);
}

async function withFile(
  path: string,
  flags: string,
  mode: number | undefined,
  use: (handle: FileHandle) => Promise<void>,
): Promise<void> {
  const handle = await open(path, flags, mode);
  try {
    await use(handle);
  } finally {
    await handle.close();
  }
}

function nullIfAbsent(error: unknown): null {
  if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
  throw error;
}
