import type { GatewayConfiguration } from "@turnpike/core";
import { type PolicyTest, type PolicyTestOptions, policyTest } from "@turnpike/core/testing";
import { document, type Sections } from "./support.js";

type Api = NonNullable<GatewayConfiguration["apis"]>[string];

/** A gateway with one API at `/a`, whose document and operations are these. */
export function apiWorld(
  sections: Sections | string,
  operations: NonNullable<Api["operations"]>,
  options: Omit<PolicyTestOptions, "gateway"> & {
    readonly schemas?: NonNullable<GatewayConfiguration["schemas"]>;
    readonly api?: Partial<Api>;
  } = {},
): Promise<PolicyTest> {
  const { schemas, api, ...rest } = options;
  return policyTest({
    ...rest,
    gateway: {
      ...(schemas === undefined ? {} : { schemas }),
      apis: {
        a: {
          path: "a",
          serviceUrl: "http://a.internal",
          subscriptionRequired: false,
          policy: document(sections),
          operations,
          ...api,
        },
      },
    },
  });
}

export const internalText = "The request could not be processed due to an internal error. Contact the API owner.";

/** The message in an error body. */
export function messageOf({ text }: { readonly text: string }): string {
  return (JSON.parse(text) as { message: string }).message;
}
