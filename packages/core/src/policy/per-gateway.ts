import type { Runtime } from "./services.js";

/** Something that a gateway's requests share, for as long as there is the gateway: made when it is first asked for. */
export class PerGateway<T> {
  private readonly values = new WeakMap<Runtime, T>();

  constructor(private readonly make: (runtime: Runtime) => T) {}

  /** That of the gateway that was made with the runtime. */
  of(given: Runtime): T {
    const runtime = given.original ?? given;
    let value = this.values.get(runtime);
    if (value === undefined) {
      value = this.make(runtime);
      this.values.set(runtime, value);
    }
    return value;
  }
}
