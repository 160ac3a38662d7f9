import type { ArmAnswer, ArmCalls } from "./calls.js";
import type { ArmService } from "./service.js";

const VERSION = "2015-04-01";
/** Milliseconds by which clocks may differ. */
const SKEW = 60_000;
/** States of an operation that has changed nothing (yet). */
const WITHOUT_CHANGE = new Set(["Started", "Failed"]);

/** What the activity log says that has been done to an instance. */
export class ArmChanges {
  private since = 0;
  private seen: ReadonlySet<string> = new Set();

  constructor(private readonly target: ArmService) {}

  /**
   * What asks for the log since a time, in one request.
   * @param time in milliseconds since the epoch
   */
  path(time: number = this.since): string {
    const { subscription, resourceGroup } = this.target;
    const filter = `eventTimestamp ge '${new Date(time).toISOString()}' and resourceGroupName eq '${resourceGroup}'`;
    const fields = "eventDataId,eventTimestamp,operationName,resourceId,status";
    return `/subscriptions/${subscription}/providers/Microsoft.Insights/eventtypes/management/values?api-version=${VERSION}&$filter=${encodeURIComponent(filter)}&$select=${fields}`;
  }

  /** Begins anew with what is in force from now on. @param answer to {@link path} for that time */
  begin(now: number, answer: ArmAnswer): void {
    this.since = now - SKEW;
    this.seen = new Set(this.eventsOf(answer));
  }

  /** From when on the log is of interest, if something is read now. */
  startFor(now: number): number {
    return now - SKEW;
  }

  /** Has something been done? Null if the log does not say. */
  async hasChanged(calls: ArmCalls, signal: AbortSignal): Promise<boolean | null> {
    const [answer] = await calls.send([{ method: "GET", path: this.path() }], signal);
    if (answer!.status === 401 || answer!.status === 403 || answer!.status === 404) return null;
    if (answer!.status !== 200) throw new Error(`The activity log answered ${answer!.status}.`);
    const { nextLink } = answer!.body as { nextLink?: unknown };
    // A log of several pages is full of something: reading anew is no dearer than reading it.
    if (typeof nextLink === "string" && nextLink !== "") return true;
    return this.eventsOf(answer!).some((event) => !this.seen.has(event));
  }

  private eventsOf({ body }: ArmAnswer): string[] {
    const { value } = (body ?? {}) as { value?: unknown };
    if (!Array.isArray(value)) return [];
    const root = `/microsoft.apimanagement/service/${this.target.service}`.toLowerCase();
    return value.flatMap((event: LogEvent) => {
      const resource = String(event.resourceId ?? "").toLowerCase();
      const operation = String(event.operationName?.value ?? "").toLowerCase();
      const isOfInstance = resource.endsWith(root) || resource.includes(`${root}/`);
      const isChange = /\/(?:write|delete)$/.test(operation) && !WITHOUT_CHANGE.has(String(event.status?.value));
      return isOfInstance && isChange ? [String(event.eventDataId)] : [];
    });
  }
}

interface LogEvent {
  readonly eventDataId?: unknown;
  readonly resourceId?: unknown;
  readonly operationName?: { readonly value?: unknown };
  readonly status?: { readonly value?: unknown };
}
