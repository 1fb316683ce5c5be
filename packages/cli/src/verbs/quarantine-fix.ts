import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Schemas } from "@plumbline/client/client";
import type { Connection } from "../connection/connect.ts";
import { readPages } from "../connection/pages.ts";
import { Failure } from "../failure.ts";
import { count, counted } from "../printing/words.ts";
import { fromCorrectionCsv } from "../quarantine/correction-csv.ts";
import { type Answer, verb } from "../verb.ts";

type Correction = { readonly rowId: string; readonly fields?: Readonly<Record<string, string>> };
type Result = Schemas["QuarantineCorrectionResult"]["items"][number];

/** As many as one request may carry. */
const batchRows = 500;
const rowsMax = 100_000;

export const quarantineFix = verb({
  name: "quarantine fix",
  summary: "Correct quarantined rows and take them in",
  arguments: {
    ROW: { what: "id of the row", optional: true },
    "FIELD=VALUE": { what: "a cell's new text; none tries the row again as it is", many: true, optional: true },
  },
  options: { csv: { value: "FILE", what: "a file of plumb quarantine --csv, corrected" } },
  examples: ["quarantine fix 0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d00 hours=7.50", "quarantine fix --csv rows.csv"],
  run: async ({ arguments: words, options, connect, progress }) => {
    const { ROW: rowId } = words;
    if ((rowId === undefined) === (options.csv === undefined)) {
      throw new Failure("usage", "Name a row and its corrections, or give a file with --csv.");
    }
    const connection = await connect();
    const corrections =
      rowId === undefined
        ? await changesIn(options.csv ?? "", connection)
        : [{ rowId, ...someFields(words["FIELD=VALUE"].map(toPair)) }];
    const results: Result[] = [];
    for (let at = 0; at < corrections.length; at += batchRows) {
      progress.update(`${count(at)} of ${counted(corrections.length, "row")} tried`);
      const body = { corrections: corrections.slice(at, at + batchRows) };
      const header = { "Idempotency-Key": randomUUID() };
      const { items } = await connection.ask((client) =>
        client.POST("/v1/quarantine-corrections", { params: { header }, body }),
      );
      results.push(...items);
    }
    return fixAnswer(results);
  },
});

function toPair(text: string): readonly [string, string] {
  const at = text.indexOf("=");
  if (at < 1) throw new Failure("usage", `"${text}" is not a correction. Write it as hours=7.50.`);
  return [text.slice(0, at), text.slice(at + 1)];
}

const someFields = (pairs: readonly (readonly [string, string])[]) =>
  pairs.length === 0 ? {} : { fields: Object.fromEntries(pairs) };

/** Rows of a file as corrections of those cells alone that differ: what was kept in part must not pass for corrected. */
async function changesIn(file: string, connection: Connection): Promise<readonly Correction[]> {
  const text = await readFile(file, "utf8").catch((cause: NodeJS.ErrnoException) => {
    throw new Failure("usage", `${file} cannot be read (${cause.code}).`, { cause });
  });
  const { items } = await readPages(connection, rowsMax, (client, page) =>
    client.GET("/v1/quarantined-rows", { params: { query: page } }),
  );
  const open = new Map(items.map(({ id, fields }) => [id, fields]));
  return fromCorrectionCsv(text, file).map(({ id: rowId, fields }) => {
    const known = open.get(rowId) ?? {};
    return { rowId, ...someFields(Object.entries(fields).filter(([name, cell]) => cell !== (known[name] ?? ""))) };
  });
}

function fixAnswer(results: readonly Result[]): Answer {
  const corrected = results.filter(({ state }) => state === "corrected").length;
  const rest = results.filter(({ state }) => state !== "corrected");
  return {
    document: { items: results },
    exit: rest.length === 0 ? "done" : corrected === 0 ? "failed" : "partly",
    lines: (style) => [
      style.good(`${counted(corrected, "row")} taken in`),
      ...rest.map(({ rowId, state, issues }) => {
        const why = issues.map(({ field, reason }) => `${field} ${reason}`).join("; ");
        return `  ${style.bad(state === "open" ? "still wrong" : "not there")}  ${rowId}  ${why}`;
      }),
    ],
  };
}
