import { type Data, isData, pick } from "./artifacts.js";
import { artifactProblems } from "./problems.js";
import { documentAt, type Part, propertiesOf, type Reading } from "./reading.js";

/** Named values by what policies call them, which is their display name. Those without a value are null. */
export function readNamedValues(reading: Reading): Map<string, { readonly value: unknown; readonly file: string }> {
  const values = new Map<string, { readonly value: unknown; readonly file: string }>();
  for (const { id, properties: written, file } of reading.folder.collection("named values")) {
    const name = typeof written["displayName"] === "string" ? written["displayName"] : id;
    const properties = propertiesOf(reading, "namedValues", id, { properties: written, file }, name);
    const { value, keyVault } = properties;
    const secret = properties["secret"] === true;
    const vault = isData(keyVault)
      ? pick(keyVault, { secretIdentifier: "secretIdentifier", identityClientId: "identityClientId" })
      : {};
    if (value != null) values.set(name, { value: secret ? { secret, value } : value, file });
    else if (vault["secretIdentifier"] !== undefined) values.set(name, { value: { secret: true, keyVault: vault }, file });
    else values.set(name, { value: null, file });
  }
  return values;
}

/** Fragments, each the file that holds it. */
export function readFragments(reading: Reading): Part {
  const fragments: Part = {};
  for (const [id, folder] of reading.folder.folder("policy fragments")?.children("policy fragments") ?? []) {
    const information = folder.information();
    const override = reading.overrides.entity("policyFragments", id)?.properties["value"];
    if (information !== null) reading.places.note([...reading.path, "fragments", id], information.file);
    const file = folder.file("policy.xml");
    const inline = information?.properties["value"];
    if (typeof override === "string") {
      reading.places.note([...reading.path, "fragments", id], reading.overrides.file);
      fragments[id] = override;
    } else if (file !== null) fragments[id] = documentAt(folder, file, reading.places, [...reading.path, "fragments", id]);
    else if (typeof inline === "string") fragments[id] = inline;
    else reading.findings.warn(folder.path, artifactProblems.fragmentWithoutPolicy(id));
  }
  return fragments;
}

/** Loggers with all that is said of them, as far as it may matter to whoever delivers their messages. */
export function readLoggers(reading: Reading): Part {
  const loggers: Part = {};
  for (const { id, ...information } of reading.folder.collection("loggers")) {
    const { loggerType, ...rest } = propertiesOf(reading, "loggers", id, information);
    loggers[id] = { ...(typeof loggerType === "string" ? { type: loggerType } : {}), properties: rest };
  }
  return loggers;
}

/** Schemas of the service. */
export function readSchemas(reading: Reading): Part {
  const schemas: Part = {};
  for (const { id, ...information } of reading.folder.collection("schemas")) {
    const properties = propertiesOf(reading, "schemas", id, information);
    const text = schemaText(properties);
    if (text === null) reading.findings.warn(information.file, artifactProblems.schemaWithoutDocument(id));
    else
      schemas[id] = {
        text,
        contentType:
          properties["contentType"] ??
          (properties["schemaType"] === "xml" ? "application/vnd.ms-azure-apim.xsd+xml" : "application/json"),
      };
  }
  return schemas;
}

/** The text of a schema, wherever its kind keeps it; null for none. */
export function schemaText(properties: Data): string | null {
  const { value, document } = properties;
  if (typeof value === "string") return value;
  if (isData(value)) return JSON.stringify(value);
  if (!isData(document)) return null;
  const inner = document["value"] ?? document["definitions"] ?? document["components"];
  if (typeof inner === "string") return inner;
  return JSON.stringify(inner ?? document);
}
