/** `Environment.NewLine`: of the gateway's own platform, which is Linux. */
export const NEW_LINE = "\n";
