import { LoadedConfiguration } from "./source.js";

/**
 * Reads a gateway's configuration from a YAML or JSON file. Files that it names are looked for beside it. Errors in the file are kept
 * in `diagnostics` and refuse to make a gateway of it.
 *
 *     const gateway = await createGateway(loadConfiguration("gateway.yaml"));
 */
export function loadConfiguration(file: string): LoadedConfiguration {
  return LoadedConfiguration.fromFile(file);
}
