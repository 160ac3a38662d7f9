/** Every page of docs/reference/lint by its file name, as it should be. */
export function lintPages(): Map<string, string>;
