/** What came of one key. */
export interface ReplicaRow {
  readonly name: string;
  readonly offered: number;
  readonly admitted: number;
  readonly limit: number;
  /** The most that a window certainly held. */
  readonly fullest: number;
  /** What a perfect counter would have admitted of the same calls. */
  readonly perfect: number;
  readonly utilisation: number;
}

export interface ReplicaOutcome {
  readonly answered: number;
  /** Calls that the killed process left without an answer. */
  readonly lost: number;
  readonly elapsed: number;
  readonly rows: readonly ReplicaRow[];
}

export function measureReplicas(options: {
  readonly redis: string;
  readonly replicas: number;
  readonly rate: number;
  readonly seconds: number;
  readonly keys: number;
  readonly limit: number;
  readonly period: number;
  readonly quota: number;
}): Promise<ReplicaOutcome>;

export function replicaTable(outcome: ReplicaOutcome): string;
