/**
 * Packages that only some policies need. They are not Turnpike's dependencies: whoever writes such a document installs them. Each is loaded once,
 * before the first document that needs it is compiled.
 */
export class OptionalPackages {
  private readonly loaded = new Map<string, object | null>();

  /** @param given packages handed in, by name, in place of what would be loaded; null counts as not installed */
  constructor(given: Readonly<Record<string, object | null>> = {}) {
    for (const [name, library] of Object.entries(given)) this.loaded.set(name, library);
  }

  /** Rejects with what a package throws while it loads; one that is not installed is no error. */
  async load(names: Iterable<string>): Promise<void> {
    for (const name of names) if (!this.loaded.has(name)) this.loaded.set(name, await importIfInstalled(name));
  }

  /** A package that was loaded before; null if it is not installed. */
  get(name: string): object | null {
    return this.loaded.get(name) ?? null;
  }
}

async function importIfInstalled(name: string): Promise<object | null> {
  try {
    return (await import(name)) as object;
  } catch (error) {
    if (isNotFound(error) && [name, packageOf(name)].some((module) => error.message.includes(`'${module}'`))) return null;
    throw error;
  }
}

function isNotFound(error: unknown): error is Error {
  return error instanceof Error && (error as { readonly code?: unknown }).code === "ERR_MODULE_NOT_FOUND";
}

/** The package of a name that may go on with a path inside of it. */
function packageOf(name: string): string {
  return name.split("/", name.startsWith("@") ? 2 : 1).join("/");
}
