export interface SoakOptions {
  readonly seconds: number;
  readonly warmUp: number;
  readonly rate: number;
  readonly reloads: number;
  readonly mostGrowth?: number;
  readonly tell?: (line: string) => void;
}
export interface SoakResult {
  readonly calls: number;
  readonly answered: number;
  readonly reloads: number;
  readonly growth: number;
  /** What must not be; empty if all is well. */
  readonly faults: readonly string[];
}
export declare function soak(options: SoakOptions): Promise<SoakResult>;
