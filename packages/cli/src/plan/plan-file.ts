import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "../failure.ts";
import { keepFile } from "../session/keep-file.ts";
import type { Plan } from "./plan.ts";

const folderOf = (folder: string) => join(folder, "plans");
const pathOf = (folder: string, id: string) => join(folderOf(folder), `${id}.json`);

export const keepPlan = (folder: string, plan: Plan): Promise<void> =>
  keepFile(pathOf(folder, plan.id), `${JSON.stringify(plan)}\n`);

export const dropPlan = (folder: string, id: string): Promise<void> => rm(pathOf(folder, id), { force: true });

/** Plans that are not finished, the oldest first. */
export async function listPlans(folder: string): Promise<readonly Plan[]> {
  const names = await readdir(folderOf(folder)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw new Failure("failed", `${folderOf(folder)} cannot be read (${error.code}).`, { cause: error });
  });
  const plans = names.filter((name) => name.endsWith(".json")).sort();
  return Promise.all(plans.map((name) => readPlan(join(folderOf(folder), name))));
}

async function readPlan(path: string): Promise<Plan> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as Plan; // Written by keepPlan alone.
  } catch (cause) {
    throw new Failure("failed", `${path} is damaged. Look at the invoices it was about, then delete it.`, { cause });
  }
}
