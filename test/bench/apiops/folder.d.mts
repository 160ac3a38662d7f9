/** How large a folder is made. */
export interface FolderSize {
  readonly apis: number;
  readonly operations: number;
  readonly policies: number;
}

/** Writes a folder in the extractor's layout, with every kind of entity. */
export function writeFolder(folder: string, size: FolderSize): void;
