import { type Data, isData, pick } from "./artifacts.js";
import type { Part } from "./reading.js";

/** An operation as its own information file has it: what that says goes over the API's specification. */
export function readOperation(properties: Data): Part {
  const { templateParameters, request, responses } = properties;
  return {
    ...pick(properties, { name: "displayName", method: "method", urlTemplate: "urlTemplate", description: "description" }),
    ...(Array.isArray(templateParameters) ? { templateParameters: templateParameters.filter(isData).map(parameter) } : {}),
    ...(isData(request)
      ? {
          request: {
            ...pick(request, { description: "description" }),
            queryParameters: listOf(request["queryParameters"]).map(parameter),
            headers: listOf(request["headers"]).map(parameter),
            representations: representationsOf(request),
          },
        }
      : {}),
    ...(Array.isArray(responses)
      ? {
          responses: responses
            .filter(isData)
            .filter((response) => response["statusCode"] != null)
            .map((response) => ({
              ...pick(response, { description: "description" }),
              statusCode: Number(response["statusCode"]),
              headers: listOf(response["headers"]).map(parameter),
              representations: representationsOf(response),
            })),
        }
      : {}),
  };
}

/** Does an operation say by itself which requests it takes? */
export function isRoutable({ method, urlTemplate }: Part): boolean {
  return typeof method === "string" && typeof urlTemplate === "string";
}

const listOf = (value: unknown): Data[] => (Array.isArray(value) ? value.filter(isData) : []);

function parameter(written: Data): Part {
  return pick(written, {
    name: "name",
    type: "type",
    required: "required",
    defaultValue: "defaultValue",
    values: "values",
    description: "description",
  });
}

function representationsOf(message: Data): Part[] {
  return listOf(message["representations"])
    .filter(({ contentType }) => typeof contentType === "string")
    .map(({ contentType, examples }) => {
      const example = isData(examples) ? Object.values(examples).find(isData)?.["value"] : undefined;
      return { contentType, ...(example == null ? {} : { example }) };
    });
}
