import { startGateway } from "../../gateway.js";
import type { ConfigurationInput, GatewayOptions } from "../../gateway-options.js";
import { filledSecrets, missingSecrets, withTokens } from "../../observe/conceal-recording.js";
import type { Recording } from "../../observe/recording.js";
import type { TraceDocument } from "../../observe/trace-document.js";
import { bodyOf, Player } from "../../replay/player.js";
import type { Assumption } from "../../run/options.js";
import { callerFor, readToEnd } from "../../run/run-again.js";
import { mapTexts } from "../map-texts.js";
import { testClock } from "../test-clock.js";
import { type ReplayDifference, replayDifferences } from "./differences.js";

/** What a gateway may be given that runs a recorded request again. The rest the recording gives. */
export type ReplayOptions = Pick<
  GatewayOptions,
  "secrets" | "policies" | "packages" | "limits" | "gatewayErrors" | "pathEncoding" | "bodyLimit" | "folder"
>;

/** What came of running a recorded request again. */
export interface Replay {
  /** What happened now. */
  readonly trace: TraceDocument;
  /** What is not as it was; empty if all is. */
  readonly differences: readonly ReplayDifference[];
  /** What the recording cannot give, one sentence each: what differs may come of it. */
  readonly warnings: readonly string[];
}

/**
 * Runs the request of a trace again, with its clock, random values, and answers of backends and store, and says what is not as it was. Nothing leaves
 * the process.
 * @param configuration the one that the trace was made with, or another to see what it would change
 * @throws TypeError for a trace without recording
 * @throws ConfigurationError with every error of the configuration
 */
export async function replayTrace(
  trace: TraceDocument,
  configuration: ConfigurationInput,
  options: ReplayOptions = {},
): Promise<Replay> {
  const { recording } = trace;
  if (recording == null) throw new TypeError("Invalid trace: expected one with a recording.");
  const start = new Date(trace.timestamp).getTime();
  const clock = testClock(start);
  let player: Player | null = null;
  const gateway = await startGateway(
    configuration,
    {
      ...options,
      clock,
      transport: () => Promise.reject(new Error("The recording has no answer to this call.")),
    },
    { replay: { requestId: trace.id, runtime: (runtime) => player!.runtime(runtime) } },
  );
  try {
    const model = gateway.configuration;
    const filled = mapTexts(recording, (text) => withTokens(filledSecrets(text, model), recording.tokens)) as Recording;
    gateway.restore(filled.state);
    player = new Player(filled, start);
    const { request, caller, variables } = filled;
    const { hasHost, host } = player;
    const again = await clock.run(async () => {
      const response = await gateway.handle(
        {
          method: request.method,
          url: request.url,
          headers: request.headers.map(([name, value]): [string, string] => [name, value]),
          body: bodyOf(request),
          ipAddress: request.ipAddress,
          ...(request.certificate === null ? {} : { certificate: Buffer.from(request.certificate, "base64") }),
        },
        {
          trace: true,
          variables,
          ...(caller === null ? {} : { assume: callerFor(caller as Assumption, model) }),
          ...(hasHost ? { next: host } : {}),
        },
      );
      await readToEnd(response.body);
      return response.trace!;
    });
    const missing = [...new Set(missingSecrets(JSON.stringify(recording), model))];
    return {
      trace: again,
      differences: replayDifferences(trace, again),
      warnings: [
        ...(recording.incomplete === null ? [] : [`The recording is not complete: ${recording.incomplete}`]),
        ...missing.map((name) => `The configuration has no secret ${name}: its name stands in its place.`),
        ...player.unanswered.map((call) => `The recording has no answer to ${call}.`),
      ],
    };
  } finally {
    await gateway.close();
  }
}
