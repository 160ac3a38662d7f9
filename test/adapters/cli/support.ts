import { main } from "@turnpike/adapters/cli";

/** Runs the command inside the test's own process, and gives what it printed. */
export async function turnpike(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await main(args, {
    stdout: process.stdout,
    stderr: process.stderr,
    print: (line) => void out.push(line),
    complain: (line) => void err.push(line),
  });
  return { code, out: out.join("\n"), err: err.join("\n") };
}
