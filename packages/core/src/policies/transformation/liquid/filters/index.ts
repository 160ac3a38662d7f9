import { currencyFilters } from "./currency.js";
import { dateFilters } from "./date.js";
import type { Filter } from "./filter.js";
import { listFilters } from "./list.js";
import { numberFilters } from "./number.js";
import { textFilters } from "./text.js";

/** All filters, by name and case. A name that is not here lets the value through. */
export const filters: ReadonlyMap<string, Filter> = new Map(
  Object.entries({ ...textFilters, ...listFilters, ...numberFilters, ...dateFilters, ...currencyFilters }),
);
