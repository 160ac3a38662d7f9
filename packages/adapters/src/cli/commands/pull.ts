import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { armDetails, armFiles, armOptions } from "../arm.js";
import { type Command, type CommandCall, UsageError } from "../command.js";

/** `turnpike pull`: what a running instance holds, as an APIOps folder. */
export const pullCommand: Command = {
  usage: "pull azure://SUBSCRIPTION/GROUP/SERVICE[/gateways/NAME] FOLDER",
  details: [
    armDetails,
    "FOLDER must be empty or not be there yet. Nothing of the instance is changed.",
    "Without --secrets the folder holds no values of secret named values and no keys; with it only its owner can read the files.",
  ],
  options: armOptions,
  async run(call) {
    const [address, folder, ...others] = call.positionals;
    if (address === undefined || folder === undefined || others.length > 0)
      throw new UsageError(
        "'pull' needs an address and a folder.",
        "Example: turnpike pull azure://00000000-0000-0000-0000-000000000000/my-group/my-apim apim-artifacts",
      );
    if (isFilled(folder)) throw new UsageError(`${folder} is not empty.`, "Choose another folder, or empty it.");
    const pulling = armFiles(address, call);
    try {
      const { files, problems, users } = await pulling;
      for (const { file, problem } of problems) call.output.complain(`${join(folder, file)}: ${problem.message}`);
      const owners = Object.keys(users).length;
      if (owners > 0) call.output.complain(`${owners} users are left out: a folder has none.`);
      write(folder, files, call);
      return problems.length === 0 ? 0 : 1;
    } catch (error) {
      if (!(error instanceof Error) || "code" in error) throw error;
      call.output.complain(`The instance cannot be read: ${error.message}`);
      return 1;
    }
  },
};

function isFilled(folder: string): boolean {
  try {
    return readdirSync(folder).length > 0;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
}

function write(folder: string, files: ReadonlyMap<string, string>, call: CommandCall): void {
  const mode = call.has("secrets") ? 0o600 : 0o644;
  for (const [file, text] of files) {
    const path = join(folder, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { mode, flag: "wx" });
  }
  if (call.has("json")) call.output.print(JSON.stringify({ folder, files: files.size }));
  else call.output.print(`${files.size} files are in ${folder}.`);
}
