/** Looks up the key `k` into the variable `v`. */
export const lookup = (attributes = ""): string => `<cache-lookup-value key="k" variable-name="v" ${attributes} />`;
/** Stores under the key `k`. */
export const storeValue = (value: string, duration = "60"): string =>
  `<cache-store-value key="k" value="${value}" duration="${duration}" />`;
/** Only in a PUT. */
export const whenStoring = (xml: string): string =>
  `<choose><when condition="@(context.Request.Method == "PUT")">${xml}</when></choose>`;
