/** The page docs/reference/parity.md. */
export function parityPage(): string;

/** Names of the specification that are neither here nor said to be missing, by kind. */
export function unknownNames(): Readonly<Record<"policies" | "context" | "types" | "entities" | "tiers", readonly string[]>>;
