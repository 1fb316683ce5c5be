import { randomUUID } from "node:crypto";
import { basename } from "node:path";
import type { Schemas } from "@plumbline/client/client";
import { importKinds } from "@plumbline/contract/import-row";
import { Failure } from "../failure.ts";
import { fileBody, openFile } from "../open-file.ts";
import { poll } from "../poll.ts";
import { count, counted } from "../printing/words.ts";
import { type Answer, verb } from "../verb.ts";

type Import = Schemas["Import"];

export const importFile = verb({
  name: "import",
  summary: "Import a CSV file, and wait until its rows are taken in",
  arguments: {
    KIND: { what: "what its rows are", choices: importKinds },
    FILE: { what: "CSV in UTF-8 with a header line; plumb columns KIND names its columns" },
  },
  options: { system: { value: "NAME", what: "where the rows come from: keys are unique within a source; csv" } },
  examples: ["import clients clients.csv", "import time_entries october.csv --system timesheets"],
  run: async ({ arguments: words, options, connect, progress, note, world }) => {
    const kind = words.KIND as Import["kind"]; // The parser took one of the choices.
    const file = await openFile(words.FILE, "text/csv");
    const { ask } = await connect();
    const header = { "Idempotency-Key": randomUUID() };
    const query = {
      kind,
      fileName: basename(words.FILE),
      ...(options.system !== undefined && { system: options.system }),
    };
    progress.update(`Sending ${words.FILE} (${count(file.size)} bytes)`);
    const begun = await ask((client) =>
      client.POST("/v1/imports", {
        params: { header, query },
        ...fileBody(file),
      }),
    );
    const seen = await poll(
      () => ask((client) => client.GET("/v1/imports/{importId}", { params: { path: { importId: begun.id } } })),
      {
        isOver: ({ state }) => state === "done" || state === "failed",
        onSeen: ({ rowsRead, state }) => progress.update(`${kind}: ${state}, ${counted(rowsRead, "row")} read`),
        stop: world.onStop(),
      },
    );
    if (seen.state === "failed")
      throw new Failure("failed", `The import failed: ${seen.failure ?? "no reason was kept"}.`);
    if (seen.state !== "done")
      note(`The import goes on without you. See its rows with: plumb quarantine --import ${seen.id}`);
    return importAnswer(seen);
  },
});

function importAnswer(seen: Import): Answer {
  const isWhole = seen.state === "done" && seen.rowsQuarantined === 0;
  return {
    document: seen,
    exit: isWhole ? "done" : "partly",
    lines: (style) => [
      `${style.strong(seen.fileName)}: ${counted(seen.rowsRead, "row")} read, ${count(seen.rowsAdded)} added, ` +
        `${count(seen.rowsChanged)} changed, ${count(seen.rowsUnchanged)} known already`,
      ...(seen.rowsQuarantined === 0
        ? []
        : [
            style.warn(`${counted(seen.rowsQuarantined, "row")} quarantined.`),
            `See why with: plumb quarantine --import ${seen.id}`,
          ]),
    ],
  };
}
