/** What is charged for the work of an evaluation: a `Run`. */
export interface Meters {
  step(): void;
  steps(count: number): void;
  allocate(count: number): void;
  checkTime(): void;
}

/**
 * The run under way. What works deep below a member, far from its call site (a comparison that a sort makes, a search in a long
 * text), charges it here. Evaluations are synchronous, so there is one at a time; one inside another takes its place for as long.
 * An evaluation becomes the run under way at its first look at the clock: a short one never is, which costs it nothing.
 */
let current: Meters | null = null;

/** The run under way, if any. */
export function currentRun(): Meters | null {
  return current;
}

/** Puts a run, or none, in the place of the one under way. */
export function setCurrentRun(run: Meters | null): void {
  current = run;
}

/** Does something as a part of a run: what it searches and compares is charged there, and ends when the run's time is up. */
export function withRun<T>(run: Meters, action: () => T): T {
  const before = current;
  current = run;
  try {
    return action();
  } finally {
    current = before;
  }
}

/** Charges one step. Nothing outside an evaluation. */
export function chargeStep(): void {
  current?.step();
}

/** What is no longer is covered by the step that every call costs. */
const FREE = 64;

/**
 * Charges for going through characters or elements. Nothing outside an evaluation.
 * @param perStep how many of them go for one step. What cannot be ended half-way must charge a step for each 10 ns that it may take: so
 *   none takes longer than 50 ms within the default limit of steps.
 */
export function chargeWork(count: number, perStep = FREE): void {
  if (count > FREE) current?.steps(Math.floor(count / perStep));
}

/** Charges characters, bytes or elements that are about to be allocated. Nothing outside an evaluation. */
export function chargeMemory(count: number): void {
  current?.allocate(count);
}

/** Ends the evaluation under way if its time is up: for loops over something long whose steps are charged already. */
export function checkTime(): void {
  current?.checkTime();
}
