import type { Job } from "./job.ts";

/** Every job there is. What a job needs besides its scope is handed in here, by the composition root. */
export function allJobs() {
  return [] as const satisfies readonly Job[];
}

export type JobName = ReturnType<typeof allJobs>[number]["name"];
