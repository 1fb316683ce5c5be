import { events } from "@plumbline/contract/events";
import { runImport as runImportOperation } from "@plumbline/operations/imports/run-import";
import type { Storage } from "@plumbline/platform/storage";
import { job } from "../job.ts";

/** How soon an import looks again whether it is its turn. */
const waitMs = 1_000;

/** Takes a received file in. Run again, it goes on where it stopped, or finds nothing to do. */
export const runImport = ({ storage }: { readonly storage: Storage }) =>
  job({
    name: "run-import",
    lane: "imports",
    actor: "importer",
    event: events["import.received"],
    // Enough for an import whose workers died: it gives up by itself before.
    attempts: 12,
    async run(_, { inScope, subjectId, signal }) {
      const end = await runImportOperation(inScope, { importId: subjectId, open: storage.read, signal });
      return end === "must wait" ? { waitMs } : undefined;
    },
  });
