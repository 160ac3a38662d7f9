import { randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { extname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

/** Where the build puts the page: from the sources as from what is built of them. */
const folder = new URL("../../dist/console-page/", import.meta.url);

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** A file of the page, with the headers that it goes out with. */
export interface PageFile {
  readonly bytes: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** Stands in the page where the nonce of its styles goes. */
const NONCE = "__NONCE__";

/** The page's static files, read when the first one is asked for. */
export class PageFiles {
  private read: ReadonlyMap<string, Buffer> | null = null;

  /** Null: the page was not built, as in a repository where only the packages were compiled. */
  private get files(): ReadonlyMap<string, Buffer> | null {
    if (this.read === null && existsSync(folder)) this.read = filesIn(fileURLToPath(folder));
    return this.read;
  }

  get isBuilt(): boolean {
    return this.files !== null;
  }

  /**
   * A file by its path below the console's; the empty path is the page itself. Null: there is none.
   * Scripts and styles come from the console alone; what the editor of documents styles is allowed by a nonce.
   */
  get(path: string): PageFile | null {
    const name = path === "" ? "index.html" : path;
    const bytes = this.files?.get(name);
    const type = TYPES[extname(name)];
    if (bytes === undefined || type === undefined) return null;
    if (name !== "index.html")
      return { bytes, headers: { "Content-Type": type, "Cache-Control": "public, max-age=31536000, immutable" } };
    const nonce = randomBytes(18).toString("base64");
    const policy = [
      "default-src 'none'",
      "script-src 'self'",
      `style-src 'self' 'nonce-${nonce}'`,
      "img-src 'self'",
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ];
    return {
      bytes: Buffer.from(bytes.toString("utf8").replaceAll(NONCE, nonce)),
      headers: { "Content-Type": type, "Cache-Control": "no-store", "Content-Security-Policy": policy.join("; ") },
    };
  }
}

/** The files below a folder by their paths in it, with slashes. */
function filesIn(root: string): Map<string, Buffer> {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    entries.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [relative(root, path).replaceAll("\\", "/"), readFileSync(path)];
    }),
  );
}
