import { raise } from "../runtime/exceptions.js";
import { type CallSite, type Implementation, withCall } from "../types/declare.js";
import type { NetType } from "../types/net-type.js";
import type { NetObject } from "../types/values.js";
import { LazySequence } from "./linq/sequence.js";
import { typeOf } from "./object.js";
import type { NetTypeObject } from "./type.js";

/** What expressions have attached to objects: `AddAnnotation` of nodes of XML and tokens of JSON. Copies have none. */
const attached = new WeakMap<NetObject, unknown[]>();

function* annotationsOf(site: CallSite, self: NetObject, type: NetType): Generator<unknown> {
  for (const annotation of attached.get(self) ?? []) {
    site.run.step();
    if (typeOf(annotation, site.scope)?.isAssignableTo(type) === true) yield annotation;
  }
}

function first(site: CallSite, self: NetObject, type: NetType): unknown {
  for (const annotation of annotationsOf(site, self, type)) return annotation;
  return null;
}

function removeAll(site: CallSite, self: NetObject, type: NetType): void {
  const gone = new Set(annotationsOf(site, self, type));
  attached.set(
    self,
    (attached.get(self) ?? []).filter((annotation) => !gone.has(annotation)),
  );
}

const given = (type: NetTypeObject | null): NetType => {
  if (type === null) throw raise.argumentNull("type");
  return type.type;
};

const SEQUENCE = "System.Collections.Generic.IEnumerable";

/** The members of System.Xml.Linq.XObject and Newtonsoft.Json.Linq.JToken that keep annotations. */
export const annotationMembers: Record<string, Implementation> = {
  "void AddAnnotation(object annotation)": withCall((site, self: NetObject, annotation: unknown) => {
    if (annotation === null) throw raise.argumentNull("annotation");
    site.run.allocate(1);
    const known = attached.get(self);
    if (known === undefined) attached.set(self, [annotation]);
    else known.push(annotation);
  }),
  "T Annotation<T>() where T : class": withCall((site, self: NetObject) => first(site, self, site.typeArguments[0]!)),
  "object Annotation(Type type)": withCall((site, self: NetObject, type: NetTypeObject | null) => first(site, self, given(type))),
  [`${SEQUENCE}<T> Annotations<T>() where T : class`]: withCall((site, self: NetObject) => {
    const type = site.typeArguments[0]!;
    return new LazySequence(type, () => annotationsOf(site, self, type));
  }),
  [`${SEQUENCE}<object> Annotations(Type type)`]: withCall((site, self: NetObject, type: NetTypeObject | null) => {
    const wanted = given(type);
    return new LazySequence(site.scope.find("System.Object")!, () => annotationsOf(site, self, wanted));
  }),
  "void RemoveAnnotations<T>() where T : class": withCall((site, self: NetObject) =>
    removeAll(site, self, site.typeArguments[0]!),
  ),
  "void RemoveAnnotations(Type type)": withCall((site, self: NetObject, type: NetTypeObject | null) =>
    removeAll(site, self, given(type)),
  ),
};
