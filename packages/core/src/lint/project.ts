import type { ConfigurationPath, LoadedConfiguration } from "../config/source.js";
import type { Place } from "../diagnostics/place.js";
import type { GatewayModel } from "../model/model.js";
import type { LintDocument } from "./document.js";
import type { Pipeline } from "./flow/pipeline.js";
import type { LintTarget } from "./target.js";

/** A configuration as rules see it. */
export interface ProjectConfiguration {
  readonly loaded: LoadedConfiguration;
  readonly model: GatewayModel;
  /** Where a part of it stands. */
  place(path: ConfigurationPath): Place;
}

/** All that is looked at together. */
export interface Project {
  readonly documents: readonly LintDocument[];
  readonly pipelines: readonly Pipeline[];
  /** Null where only documents were given. */
  readonly configuration: ProjectConfiguration | null;
  /** Null where nobody said what gateway the documents are meant for. */
  readonly target: LintTarget | null;
}
