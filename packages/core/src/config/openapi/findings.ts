import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import { ownedBy } from "../../diagnostics/owner.js";
import type { OptionalPackages } from "../../policy/optional-packages.js";
import type { GatewayConfiguration } from "../configuration.js";
import { openApiProblems } from "../problems.js";
import type { LoadedConfiguration } from "../source.js";
import { type SwaggerParserPackage, validateOpenApi } from "./validate.js";

const PACKAGE = "@apidevtools/swagger-parser";

/** What is wrong with the OpenAPI documents of a configuration by their specification, beyond what the gateway needs of them. */
export async function openApiFindings(loaded: LoadedConfiguration, packages: OptionalPackages): Promise<Diagnostic[]> {
  const documents = documentsOf(loaded);
  if (documents.length === 0) return [];
  await packages.load([PACKAGE]);
  const parser = packages.get(PACKAGE) as SwaggerParserPackage | null;
  if (parser === null) {
    return [{ ...openApiProblems.validatorMissing(PACKAGE), file: loaded.file, line: 1, column: 1 }];
  }
  const findings: Diagnostic[] = [];
  for (const { document, path } of documents) {
    const { text, file, origin } = document;
    for (const finding of await validateOpenApi(text, file, parser)) {
      const line = finding.line + (origin?.line ?? 1) - 1;
      findings.push(ownedBy({ ...finding, line, column: finding.column + (origin?.column ?? 1) - 1 }, path));
    }
  }
  return findings;
}

/** The documents; those that cannot be read are told of when the configuration is built. */
function documentsOf(loaded: LoadedConfiguration) {
  const reader = loaded.fresh();
  const levels: [readonly string[], Pick<GatewayConfiguration, "apis">][] = [
    [[], loaded.data],
    ...Object.entries(loaded.data.workspaces ?? {}).map(
      ([id, workspace]): [readonly string[], Pick<GatewayConfiguration, "apis">] => [["workspaces", id], workspace as object],
    ),
  ];
  return levels.flatMap(([path, { apis }]) =>
    Object.entries(apis ?? {}).flatMap(([id, { openapi }]) => {
      const place = [...path, "apis", id, "openapi"];
      const document = openapi === undefined ? null : reader.policyDocument(openapi, place);
      return document === null ? [] : [{ document, path: place }];
    }),
  );
}
