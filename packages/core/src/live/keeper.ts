import type { LastGoodFile } from "./last-good.js";

/** Keeps what is in force, one writing after another: of changes that come while one is under way only the last is written. */
export class LastGoodKeeper {
  private next: (() => string) | null = null;
  private working: Promise<void> | null = null;

  constructor(
    private readonly file: LastGoodFile,
    private readonly failed: (error: Error) => void,
  ) {}

  /** @param text what to write; asked for when its turn has come */
  save(text: () => string): void {
    this.next = text;
    this.working ??= this.work().finally(() => {
      this.working = null;
    });
  }

  /** Resolves when nothing is left to write. */
  async settled(): Promise<void> {
    await this.working;
  }

  private async work(): Promise<void> {
    while (this.next !== null) {
      const text = this.next;
      this.next = null;
      try {
        await this.file.write(text());
      } catch (error) {
        this.failed(error instanceof Error ? error : new Error(String(error)));
      }
    }
  }
}
