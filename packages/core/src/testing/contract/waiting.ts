// Sockets, processes and Redis have a time of their own, which no test's clock moves: all that can be done is to look again.
import { setTimeout as pause } from "node:timers/promises";

/** Waits until something holds. @throws Error after so many seconds */
export async function until(holds: () => boolean, what: string, seconds = 20): Promise<void> {
  for (let tries = 0; !holds(); tries++) {
    if (tries >= seconds * 100) throw new Error(`It never came about that ${what}.`);
    await pause(10);
  }
}

/** Waits until a count stands still: it has not changed for a tenth of a second. @throws Error after ten seconds */
export async function standstill(count: () => number): Promise<number> {
  let known = count();
  for (let tries = 0, same = 0; same < 10; tries++) {
    if (tries >= 1_000) throw new Error("The count does not come to a standstill.");
    await pause(10);
    same = count() === known ? same + 1 : 0;
    known = count();
  }
  return known;
}
