import { ExpressionCompiler } from "../compile/expressions.js";
import { PolicyRegistry } from "../compile/registry.js";
import { type OutsideValues, outsideReferences, vaultsUnknown } from "../config/outside-values.js";
import type { SetAside } from "../config/set-aside.js";
import { LoadedConfiguration } from "../config/source.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { ConfigurationError } from "../diagnostics/diagnostic.js";
import type { ConfigurationInput } from "../gateway-options.js";
import { builtinPolicies } from "../policies/index.js";
import type { PolicyDefinition } from "../policy/define.js";
import { OptionalPackages } from "../policy/optional-packages.js";
import { usablePart } from "../snapshot/quarantine.js";
import { resolveOutside } from "../snapshot/resolve-outside.js";
import { type CompileTools, compileUsable } from "../snapshot/snapshot.js";
import { systemClock } from "../time/clock.js";

/** What a check of a whole configuration gives. */
export interface ConfigurationCheck {
  /** False if nothing of it can be served. */
  readonly isUsable: boolean;
  readonly diagnostics: readonly Diagnostic[];
  /** What a lenient gateway would be in force without. */
  readonly setAside: readonly SetAside[];
}

/**
 * What configurations are compiled with that nobody runs.
 * @param policies beside the built-in ones
 */
export function toolsForLooking(policies: readonly PolicyDefinition[] = []): CompileTools {
  return {
    registry: new PolicyRegistry(builtinPolicies, policies),
    expressions: new ExpressionCompiler(),
    packages: new OptionalPackages(),
    countsAlone: false,
    probes: null,
    rewrite: null,
    tellsShapes: false,
  };
}

/** Values from files as they are; those in vaults are unknown. Never rejects. */
export async function outsideForLooking(loaded: LoadedConfiguration): Promise<OutsideValues> {
  const { data } = usableData(loaded);
  const files = outsideReferences(data).filter(({ source }) => "file" in source);
  return vaultsUnknown(data, await resolveOutside(files, { loaded, clock: systemClock, resolve: undefined }));
}

function usableData(loaded: LoadedConfiguration): LoadedConfiguration {
  try {
    return usablePart(loaded).loaded;
  } catch (error) {
    if (error instanceof ConfigurationError) return loaded;
    throw error;
  }
}

/**
 * Compiles a whole configuration without running it, and finds everything that is wrong, also what only shows once another entity is set
 * aside. Values in vaults are not asked for: they are unknown, and a warning.
 *
 *     const { diagnostics, setAside } = await checkConfiguration(loadConfiguration("gateway.yaml"));
 * @param policies beside the built-in ones, and those that the configuration names
 */
export async function checkConfiguration(
  configuration: ConfigurationInput,
  policies: readonly PolicyDefinition[] = [],
): Promise<ConfigurationCheck> {
  const loaded =
    configuration instanceof LoadedConfiguration ? configuration : LoadedConfiguration.fromObject(configuration, process.cwd());
  try {
    const { warnings, quarantine } = await compileUsable(loaded, toolsForLooking(policies), await outsideForLooking(loaded), []);
    return { isUsable: true, diagnostics: warnings, setAside: quarantine?.entities ?? [] };
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return { isUsable: false, diagnostics: error.diagnostics, setAside: [] };
  }
}
