import { type ConfigurationParts, LoadedConfiguration } from "./source.js";

/**
 * Reads a gateway's configuration from a YAML or JSON file. Files that it names are looked for beside it. Errors in the file are kept
 * in `diagnostics` and refuse to make a gateway of it.
 *
 *     const gateway = await createGateway(loadConfiguration("gateway.yaml"));
 */
export function loadConfiguration(file: string): LoadedConfiguration {
  return LoadedConfiguration.fromFile(file);
}

/**
 * A configuration that was read from somewhere else than one file, with what is needed to speak of its parts: for readers of other
 * layouts, such as APIOps folders. What is wrong with its shape is kept in `diagnostics`, like what the reader found.
 */
export function assembleConfiguration(parts: ConfigurationParts): LoadedConfiguration {
  return LoadedConfiguration.fromParts(parts);
}
