/** The gateway that documents are meant for. */
export type LintTarget = "classic" | "v2" | "consumption" | "self-hosted" | "workspace";

/** All of them. */
export const lintTargets: readonly LintTarget[] = ["classic", "v2", "consumption", "self-hosted", "workspace"];
