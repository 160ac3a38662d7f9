import type { RequestRow } from "./messages.js";

type Test = (row: RequestRow) => boolean;

/** What each parameter of a query asks of a row. */
const tests: Readonly<Record<string, (value: string) => Test>> = {
  status: (value) => {
    const wanted = value.toLowerCase();
    return ({ status }) => String(status) === wanted || `${Math.floor(status / 100)}xx` === wanted;
  },
  by:
    (value) =>
    ({ by }) =>
      by.layer === value || by.policy === value,
  api:
    (value) =>
    ({ api }) =>
      api === value,
  operation:
    (value) =>
    ({ api, operation }) =>
      `${api}/${operation}` === value,
  subscription:
    (value) =>
    ({ subscription }) =>
      subscription === value,
  product:
    (value) =>
    ({ product }) =>
      product === value,
  method:
    (value) =>
    ({ method }) =>
      method === value.toUpperCase(),
  cache:
    (value) =>
    ({ cache }) =>
      cache === value,
  slower: (value) => {
    const least = Number(value);
    return ({ times }) => times.total >= least;
  },
  text: (value) => {
    const wanted = value.toLowerCase();
    return (row) =>
      row.id === wanted ||
      row.url.toLowerCase().includes(wanted) ||
      (row.error !== null && `${row.error.reason} ${row.error.message}`.toLowerCase().includes(wanted));
  },
};

/** Whether a row is one of those that a query asks for: what it does not name does not matter; several values of a name are alternatives. */
export function rowFilter(query: URLSearchParams): Test {
  const wanted = Object.keys(tests).flatMap((name) => {
    const alternatives = query
      .getAll(name)
      .slice(0, 20)
      .filter((value) => value !== "")
      .map((value) => tests[name]!(value.slice(0, 500)));
    return alternatives.length === 0 ? [] : [(row: RequestRow) => alternatives.some((test) => test(row))];
  });
  return (row) => wanted.every((test) => test(row));
}
