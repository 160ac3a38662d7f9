import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Command, UsageError } from "../command.js";
import { projectFiles } from "../init/project.js";

/** `turnpike init`: writes a project to start from. What is there already stays as it is. */
export const initCommand: Command = {
  usage: "init [FOLDER]",
  details: [
    "Writes a configuration, a policy, its test and a workflow into FOLDER (default: this one). Files that are there already are kept.",
    "With --json, one object a line: file, written.",
  ],
  options: {},
  async run(call) {
    const [folder = ".", ...others] = call.positionals;
    if (others.length > 0) throw new UsageError("'init' takes one folder.");
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === false)
      throw new UsageError(`Invalid folder '${folder}': expected a folder, or a name that is free.`);
    for (const [name, text] of Object.entries(projectFiles())) {
      const file = join(folder, name);
      const written = write(file, text);
      if (call.has("json")) call.output.print(JSON.stringify({ file, written }));
      else call.output.print(`${written ? "wrote" : "kept "} ${file}`);
    }
    if (!call.has("json")) call.output.print(nextSteps(folder));
    return 0;
  },
};

/** @returns false where there is a file of that name */
function write(file: string, text: string): boolean {
  mkdirSync(dirname(file), { recursive: true });
  try {
    writeFileSync(file, text, { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function nextSteps(folder: string): string {
  const paths = (name: string): string => (folder === "." ? name : join(folder, name));
  return [
    "",
    "Next:",
    `  turnpike test ${paths("tests")}                 runs the tests`,
    `  turnpike run ${paths("gateway.yaml")} --watch   serves it: curl http://127.0.0.1:8080/hello/Ada`,
    `  turnpike gate ${paths("gateway.yaml")}          what the workflow runs`,
  ].join("\n");
}
