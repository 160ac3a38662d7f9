import type { MessageFixture, ResponseFixture } from "./fixture-message.js";
import type { VariableFixture } from "./fixture-value.js";

/** A group of users. */
export interface GroupFixture {
  readonly id: string;
  readonly name?: string;
}

/** An API; what is left out has a default. */
export interface ApiFixture {
  readonly id?: string;
  readonly name?: string;
  readonly path?: string;
  readonly protocols?: string | readonly string[];
  readonly serviceUrl?: string;
  readonly revision?: string | number;
  readonly version?: string | null;
  readonly isCurrentRevision?: boolean;
}

/** What a JSON fixture may say of a request's context. Everything is optional; null counts as left out. */
export interface Fixture {
  readonly request?:
    | (MessageFixture & {
        readonly method?: string;
        readonly url?: string;
        readonly originalUrl?: string;
        readonly ipAddress?: string;
        readonly matchedParameters?: Readonly<Record<string, unknown>>;
      })
    | null;
  readonly response?: ResponseFixture | null;
  readonly variables?: Readonly<Record<string, VariableFixture>> | null;
  readonly product?: {
    readonly id?: string;
    readonly name?: string;
    readonly approvalRequired?: boolean;
    readonly subscriptionRequired?: boolean;
    readonly subscriptionLimit?: number | null;
    readonly state?: "Published" | "NotPublished";
    readonly groups?: readonly GroupFixture[];
    readonly apis?: readonly ApiFixture[];
  } | null;
  readonly subscription?: {
    readonly id?: string;
    readonly name?: string | null;
    readonly primaryKey?: string;
    readonly secondaryKey?: string;
    readonly key?: string;
    readonly createdDate?: string;
    readonly startDate?: string | null;
    readonly endDate?: string | null;
  } | null;
  readonly user?: {
    readonly id?: string;
    readonly email?: string;
    readonly firstName?: string;
    readonly lastName?: string;
    readonly note?: string | null;
    readonly registrationDate?: string;
    readonly groups?: readonly GroupFixture[];
    readonly identities?: readonly { readonly id: string; readonly provider: string }[];
  } | null;
  readonly api?: ApiFixture | null;
  readonly operation?: {
    readonly id?: string;
    readonly name?: string;
    readonly method?: string;
    readonly urlTemplate?: string;
  } | null;
  readonly deployment?: {
    readonly region?: string;
    readonly serviceName?: string;
    readonly serviceId?: string;
    readonly gatewayId?: string;
  } | null;
  readonly lastError?: Readonly<Record<string, string | null>> | null;
  readonly requestId?: string | null;
  readonly timestamp?: string | null;
  readonly elapsedMs?: number | null;
  readonly tracing?: boolean | null;
}
