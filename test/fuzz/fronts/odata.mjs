import { holds } from "../engine/finding.mjs";
import { quotedIn, some } from "../engine/seeds.mjs";
import { world } from "../engine/world.mjs";

/** What stands behind the API's path of a request for OData: path and query options. */
export const front = {
  tokens:
    "$filter= $select= $expand= $orderby= $top= $skip= $count=true $search= $apply= $compute= $format=json $skiptoken= $levels=max /$value /$count /$ref /$batch /$metadata $it $root/ $all() eq ne gt ge lt le and or not in has add sub mul div mod divby ( ) , ; ' '' contains( startswith( tolower( year( cast( isof( geo.distance( any(d:d/ all( null true false INF NaN -1.5e10 2024-02-29T00:00:00Z duration'P1D' binary'AA==' guid geography'SRID=0;Point(1 2)' @p= @p asc desc groupby( aggregate( with sum as %20 %27 + &".split(
      " ",
    ),
  seeds: () => [...some(quotedIn("test/core/policies", "odata-request.test.ts", /^[/$?]|\$|eq /), 200)],
  async open() {
    const { send } = await world({ sections: { inbound: `<validate-odata-request error-variable-name="e" />` } });
    return {
      async run(bytes) {
        const text = bytes.toString("utf8").replace(/[\r\n#]/g, "_");
        const url = `http://gateway.example/a${text.startsWith("/") ? "" : "/"}${text}`;
        const first = await send({ url }, text);
        holds([200, 400, 404].includes(first.status), "status", `${first.status} for an OData request`);
        holds(
          (first.status === 200) === (first.sent.length === 1),
          "differs",
          "forwarded although refused, or the other way round",
        );
      },
    };
  },
};
