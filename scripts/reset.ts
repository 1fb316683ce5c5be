import { rm } from "node:fs/promises";
import { join } from "node:path";
import { stdin, stdout } from "node:process";
import { createInterface } from "node:readline/promises";
import { advice } from "@plumbline/platform/advice";
import { removePostgres } from "@plumbline/platform/embedded/postgres-account";
import { openStateFolder, stateFolderPath } from "@plumbline/platform/state-folder";
import { runCommand } from "./command.ts";
import { readStartConfig } from "./start/config.ts";

/** Deletes the embedded database of the state folder and the documents made from it, after asking. */
async function reset(args: readonly string[]): Promise<number> {
  const config = readStartConfig(process.env);
  if (config.DATABASE_URL) {
    throw advice(
      "DATABASE_URL is set, and this command deletes only Plumbline's own PostgreSQL. Unset it, or drop that database yourself.",
    );
  }
  const state = await openStateFolder(stateFolderPath(config));
  try {
    const folder = join(state.path, "postgres");
    if (!args.includes("--yes") && !(await agreed(folder))) {
      console.log("Nothing was deleted");
      return 1;
    }
    await removePostgres(folder);
    await rm(join(state.path, "documents"), { recursive: true, force: true });
    console.log(`Deleted ${folder} and the documents; npm start makes a new one`);
    return 0;
  } finally {
    await state.release();
  }
}

async function agreed(folder: string): Promise<boolean> {
  if (!stdin.isTTY) throw advice(`This deletes all data in ${folder}. Confirm it with: npm run db:reset -- --yes`);
  const prompt = createInterface({ input: stdin, output: stdout });
  const answer = await prompt.question(`This deletes all data in ${folder}. Type "delete" to go on: `);
  prompt.close();
  return answer.trim() === "delete";
}

await runCommand(reset);
