import type { X509Certificate } from "node:crypto";
import { X509Certificate2 } from "@turnpike/expressions/values";
import type { RevocationModel } from "../../model/model.js";
import { distributionPoints, type RevocationList, readRevocationList } from "../../model/revocation-list.js";
import { PerGateway } from "../../policy/per-gateway.js";
import type { Runtime } from "../../policy/services.js";
import { fetchDocument } from "./fetched-document.js";
import { Sources } from "./refreshed.js";

/** What lists say of a certificate. `unknown`: no list that counts speaks of it. */
export type RevocationStatus = "good" | "revoked" | "unknown";

const BOUNDS = { accept: "application/pkix-crl, */*", mostBytes: 8 * 1024 * 1024, timeout: 10_000 };
/** Authorities publish lists once a day and say that they hold for a week: a revocation should be seen sooner than the authority must tell. */
const LIFETIME = 3_600_000;
const RETRY_AFTER = 60_000;
const RATE = { burst: 1, interval: 60_000 };
const MOST_LISTS = 100;
/** Addresses of one certificate that are asked. */
const MOST_ADDRESSES = 3;

const sources = new PerGateway(
  (runtime) =>
    new Sources<RevocationList>(runtime, MOST_LISTS, (address) => ({
      address,
      what: "A revocation list",
      load: async () => readRevocationList(await fetchDocument(runtime, address, BOUNDS)),
      lifetime: LIFETIME,
      retryAfter: RETRY_AFTER,
      rate: RATE,
    })),
);

/**
 * Was a certificate of a chain revoked? Looks at all but the root, as .NET does by default: at configured lists first, then, if the configuration
 * says so, at those that the certificate itself names. Only chains whose signatures hold may be asked about: addresses in them are an authority's,
 * not a stranger's.
 */
export async function revocationStatus(
  chain: readonly X509Certificate[],
  revocation: RevocationModel,
  runtime: Runtime,
): Promise<RevocationStatus> {
  let worst: RevocationStatus = "good";
  for (let i = 0; i + 1 < chain.length; i++) {
    const status = await statusOf(chain[i]!, chain[i + 1]!, revocation, runtime);
    if (status === "revoked") return status;
    if (status === "unknown") worst = status;
  }
  return worst;
}

async function statusOf(
  certificate: X509Certificate,
  issuer: X509Certificate,
  revocation: RevocationModel,
  runtime: Runtime,
): Promise<RevocationStatus> {
  const subject = new Subject(certificate, issuer);
  const now = runtime.clock.now();
  const configured = subject.statusIn(revocation.lists, now);
  if (configured !== "unknown" || !revocation.fetches) return configured;
  for (const address of subject.addresses.filter((url) => /^https?:\/\//i.test(url)).slice(0, MOST_ADDRESSES)) {
    const source = sources.of(runtime).at(address);
    let list = await source.get();
    if (list !== null && list.nextUpdate !== null && list.nextUpdate <= now) list = await source.refresh();
    const status = list === null ? "unknown" : subject.statusIn([list], now);
    if (status !== "unknown") return status;
  }
  return "unknown";
}

/** A certificate that lists are asked about, and who issued it. */
class Subject {
  readonly addresses: readonly string[];
  private readonly shown: X509Certificate2;

  constructor(
    private readonly certificate: X509Certificate,
    private readonly issuer: X509Certificate,
  ) {
    this.shown = X509Certificate2.of(certificate.raw);
    this.addresses = distributionPoints(this.shown.fields.extensions);
  }

  /** What those of the lists say that are the issuer's, in time, and about this certificate. */
  statusIn(lists: readonly RevocationList[], now: number): RevocationStatus {
    const telling = lists.filter((list) => this.isTold(list, now));
    if (telling.length === 0) return "unknown";
    return telling.some((list) => list.revoked.has(this.shown.serialNumber)) ? "revoked" : "good";
  }

  private isTold(list: RevocationList, now: number): boolean {
    const { covers, addresses } = list;
    return (
      now >= list.thisUpdate &&
      (list.nextUpdate === null || now < list.nextUpdate) &&
      Buffer.compare(list.issuer, this.shown.fields.issuer.encoded.whole) === 0 &&
      (covers === "all" || (covers === "authorities") === this.certificate.ca) &&
      (addresses === null || addresses.some((address) => this.addresses.includes(address))) &&
      isFrom(list, this.issuer)
    );
  }
}

/** Authorities whose key a list's signature was verified with, for good or ill: that takes a while for a long list. */
const verified = new WeakMap<RevocationList, Map<string, boolean>>();

function isFrom(list: RevocationList, issuer: X509Certificate): boolean {
  const known = verified.get(list) ?? new Map<string, boolean>();
  verified.set(list, known);
  const { fingerprint256 } = issuer;
  let holds = known.get(fingerprint256);
  if (holds === undefined) {
    holds = maySignLists(issuer) && list.isSignedBy(issuer.publicKey);
    known.set(fingerprint256, holds);
  }
  return holds;
}

/** `cRLSign` among the uses of its key, where it says what they are. */
function maySignLists(issuer: X509Certificate): boolean {
  const usage = X509Certificate2.of(issuer.raw).fields.extensions.find(({ id }) => id === "2.5.29.15");
  return usage === undefined || ((usage.value[3] ?? 0) & 0x02) !== 0;
}
