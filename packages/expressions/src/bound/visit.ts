/** Anything in a bound tree that has a kind: an expression or a statement. */
export interface BoundNode {
  readonly kind: string;
}

/** Parts of a node that are no nodes of the program below it. */
const NOT_BELOW = new Set([
  "type",
  "member",
  "local",
  "target",
  "typeArguments",
  "test",
  "element",
  "governing",
  "temporary",
  "elementType",
  "method",
  "branch",
  "labels",
]);

/** Shows every node of a bound tree, in no promised order, bodies of nested functions included. */
export function visitBound(node: unknown, see: (node: BoundNode) => void): void {
  const pending: unknown[] = [node];
  while (pending.length > 0) {
    const next = pending.pop();
    if (Array.isArray(next)) pending.push(...(next as unknown[]));
    else if (typeof next === "object" && next !== null) {
      if ("kind" in next) see(next as BoundNode);
      // Its operand is a type.
      if ("kind" in next && next.kind === "TypeOf") continue;
      // A function's own links (parent, parameters) lead up, not down.
      if ("body" in next && !("kind" in next)) pending.push(next.body);
      else
        for (const [name, part] of Object.entries(next)) if (!NOT_BELOW.has(name) && typeof part === "object") pending.push(part);
    }
  }
}
