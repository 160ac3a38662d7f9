/** The text of docs/reference/run.md. */
export function runPage(): string;
