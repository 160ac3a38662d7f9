declare module "parse-prometheus-text-format" {
  /** The families of a page. @throws Error for a line that is none */
  export default function parse(page: string): unknown;
}
