/** System.Linq. */
import { defineType, type TypeDeclaration } from "../../types/declare.js";
import { aggregateMembers } from "./aggregate.js";
import { conversionMembers } from "./conversion.js";
import { elementMembers } from "./element.js";
import { groupMembers } from "./group.js";
import { groupingTypes } from "./grouping.js";
import { orderedInterfaceType, orderedSequenceType, orderMembers } from "./ordered.js";
import { projectionMembers } from "./projection.js";
import { quantifyMembers } from "./quantify.js";
import { restrictionMembers } from "./restriction.js";
import { lazySequenceType } from "./sequence.js";
import { setOperationMembers } from "./sets.js";

/** System.Linq.Enumerable, IGrouping, ILookup, IOrderedEnumerable. */
export const linqTypes: readonly TypeDeclaration[] = [
  defineType("static class System.Linq.Enumerable", {
    ...restrictionMembers,
    ...projectionMembers,
    ...elementMembers,
    ...quantifyMembers,
    ...aggregateMembers,
    ...orderMembers,
    ...groupMembers,
    ...setOperationMembers,
    ...conversionMembers,
  }),
  lazySequenceType,
  orderedInterfaceType,
  orderedSequenceType,
  ...groupingTypes,
];

export { Grouping, Lookup } from "./grouping.js";
export { LazySequence } from "./sequence.js";
