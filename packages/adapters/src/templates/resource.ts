import type { Problem } from "@turnpike/core";
import type { TextPlace } from "../apiops/json-place.js";
import type { Value } from "./value.js";

/** A place in a file of a template. */
export interface TemplatePlace extends TextPlace {
  readonly file: string;
}

/** A resource of a template, with what can be decided of it. */
export interface TemplateResource {
  /** `Microsoft.ApiManagement/service/apis`. */
  readonly type: string;
  /** The names of the resource and of those that it stands in: the service's first. */
  readonly names: readonly Value[];
  readonly properties: Readonly<Record<string, Value>>;
  readonly place: TemplatePlace;
  /** Where a property stands; null where that is not known. */
  propertyPlace(name: string): TemplatePlace | null;
  /** Where an offset of what cannot be decided is. */
  placeOf(at: number): TemplatePlace;
}

/** Something that a reader of templates tells of. */
export interface TemplateNote {
  readonly place: TemplatePlace;
  readonly problem: Problem;
  /** The part of the configuration that cannot be used for it. */
  readonly about?: readonly (string | number)[];
}

/** What a template says: its resources, and what cannot be decided. */
export interface ReadTemplate {
  readonly resources: readonly TemplateResource[];
  readonly notes: readonly TemplateNote[];
  /** Texts that stand in a file as they are, by their content: documents in files of their own, or in blocks of the template. */
  readonly origins: ReadonlyMap<string, TemplatePlace>;
}

/** Files that a template names. */
export interface TemplateFiles {
  /** A path beside a file; null for one that leads to another host. */
  beside(file: string, path: string): string | null;
  /** A file's text. Throws if it cannot be read. */
  text(file: string): string;
}
