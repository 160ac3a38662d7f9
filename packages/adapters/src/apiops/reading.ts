import { type Data, type Findings, type Folder, isData, type Path } from "./artifacts.js";
import type { Overrides } from "./overrides.js";
import type { Places } from "./places.js";

/** What reading one level of a folder (the service, or a workspace) goes by. */
export interface Reading {
  readonly folder: Folder;
  readonly overrides: Overrides;
  readonly findings: Findings;
  /** Where each part of the configuration came from. */
  readonly places: Places;
  /** Keys that lead to this level: none, or those of a workspace. */
  readonly path: Path;
  /** What is put over this level from outside of the folder. */
  readonly additions: Data;
  /** Ids of the users that are known: they are not in a folder. */
  readonly users: readonly string[];
}

/** A part of the configuration under construction; its shape is checked when it is put together. */
export type Part = Record<string, unknown>;

/** What is added of a kind, by id. */
export function additionsOf({ additions }: Reading, kind: string): Data {
  const added = additions[kind];
  return isData(added) ? added : {};
}

/** The properties of an entity as they hold in the environment, and its place noted. */
export function propertiesOf(
  reading: Reading,
  kind: string,
  id: string,
  information: { readonly properties: Data; readonly file: string },
  key: string = id,
  name: string = kind,
): Data {
  reading.places.note([...reading.path, name, key], information.file);
  return reading.overrides.over(kind, id, information.properties);
}

/** A policy document: the environment's, else the file. Undefined for none. */
export function policyOf(
  overrides: Overrides | null,
  folder: Folder,
  places: Places,
  path: Path,
): string | { file: string } | undefined {
  const text = overrides?.policy() ?? null;
  if (text !== null) {
    places.note([...path, "policy"], overrides!.file);
    return text;
  }
  const file = folder.file("policy.xml");
  return file === null ? undefined : documentAt(folder, file, places, [...path, "policy"]);
}

/** A document: its text, where the file is not what was written. */
export function documentAt(folder: Folder, file: string, places: Places, path: Path): string | { file: string } {
  if (!folder.hasOrigin(file)) return { file };
  places.note(path, file);
  return folder.textOf(file);
}
