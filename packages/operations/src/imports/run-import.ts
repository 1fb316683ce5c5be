import { Problem } from "@plumbline/domain/problem";
import { demand, type InScope } from "@plumbline/platform/scope";
import { endImport, failureOf, releaseImport, takeImport } from "./import-store.ts";
import { readCsv } from "./read-csv.ts";
import { takeRows, type TakeOptions } from "./take-rows.ts";

/** Workers that may take an import without getting a batch further, before it is given up. */
const triesMax = 5;

/**
 * Takes a received file in, from where the worker before stopped. A file that cannot be read is no error here: the
 * import says failed, and why.
 *
 * @param input.open reads the kept file
 * @returns "must wait" while another worker has it, or files sent before it are not in yet
 * @throws Problem `permission-missing`
 */
export async function runImport(
  inScope: InScope,
  input: TakeOptions & {
    readonly importId: string;
    readonly open: (storageKey: string) => AsyncIterable<Uint8Array>;
  },
): Promise<"over" | "must wait"> {
  demand(inScope, "import.run");
  const taken = await inScope((scope) => takeImport(scope.tx, input.importId));
  if (typeof taken === "string") return taken;
  if (taken.storageKey === undefined) throw new Error(`the import ${taken.id} has no file`);
  let at = taken;
  const end = async (state: Parameters<typeof endImport>[2]) =>
    (await inScope((scope) => endImport(scope, at, state))) === undefined ? "must wait" : "over";
  const follow = (rowsRead: number) => {
    at = { ...at, rowsRead };
    input.onProgress?.(rowsRead);
  };
  if (taken.tries > triesMax) return end({ state: "failed", failure: failureOf(undefined, at) });
  try {
    const rows = readCsv(taken.kind, whenAsked(taken.storageKey, input.open));
    const last = await takeRows(inScope, taken, rows, { ...input, onProgress: follow });
    return last === undefined ? "must wait" : await end({ state: "done" });
  } catch (cause) {
    if (cause instanceof Problem) return end({ state: "failed", failure: failureOf(cause, at) });
    await inScope((scope) => releaseImport(scope.tx, at));
    throw cause;
  }
}

/** Opened by its first reader: a stream that fails while nobody listens would end the process. */
async function* whenAsked(
  storageKey: string,
  open: (storageKey: string) => AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield* open(storageKey);
}
