/** What would be lost, or might be, if a parsed body were written anew. */
export class BodyLoss {
  /** @param what a noun: "a number beyond 2^53" */
  constructor(readonly what: string) {}
}
