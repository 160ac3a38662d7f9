/** How many requests a second are traced: the first ones of each second, so that a gateway with little to do traces all. */
export class TraceBudget {
  private second = 0;
  private left: number;

  constructor(
    private readonly perSecond: number,
    private readonly now: () => number = Date.now,
  ) {
    this.left = perSecond;
  }

  /** True: the request may be traced, and counts. */
  take(): boolean {
    const second = Math.floor(this.now() / 1000);
    if (second !== this.second) {
      this.second = second;
      this.left = this.perSecond;
    }
    if (this.left <= 0) return false;
    this.left--;
    return true;
  }
}
