/** Which API Management instance is read, and as which of its gateways. */
export interface ArmService {
  /** The Azure subscription's id. */
  readonly subscription: string;
  readonly resourceGroup: string;
  /** The instance's name. */
  readonly service: string;
  /** A self-hosted gateway: only what it is associated with is read. Default: the whole instance. */
  readonly gateway?: string;
}

const SCHEME = /^azure:\/\//i;

/** Does it name an instance (`azure://…`), and no file? */
export function isArmAddress(text: string): boolean {
  return SCHEME.test(text);
}

/**
 * Reads `azure://SUBSCRIPTION/GROUP/SERVICE[/gateways/NAME]`.
 * @throws TypeError if it is none
 */
export function parseArmAddress(text: string): ArmService {
  const parts = text.replace(SCHEME, "").replace(/\/$/, "").split("/");
  const [subscription = "", resourceGroup = "", service = "", gateways, gateway] = parts;
  const isWhole = parts.length === 3 || (parts.length === 5 && gateways === "gateways");
  const names = [subscription, resourceGroup, service, ...(gateway === undefined ? [] : [gateway])];
  if (!isArmAddress(text) || !isWhole || !names.every(isName))
    throw new TypeError(`Invalid address '${text}': expected azure://SUBSCRIPTION/GROUP/SERVICE[/gateways/NAME].`);
  return { subscription, resourceGroup, service, ...(gateway === undefined ? {} : { gateway }) };
}

/** May it stand as a part of a path, in a URL and on disk? */
export function isName(text: string): boolean {
  return text.length > 0 && text.length <= 256 && !/[/\\\p{Cc}?#%<>:"|*]/u.test(text) && text !== "." && text !== "..";
}

/** The instance's resource id. */
export function resourceIdOf({ subscription, resourceGroup, service }: ArmService): string {
  return `/subscriptions/${subscription}/resourceGroups/${resourceGroup}/providers/Microsoft.ApiManagement/service/${service}`;
}
