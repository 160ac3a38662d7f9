/** Every page by its file name, as it should be in docs/reference/policies. */
export function referencePages(): Map<string, string>;
