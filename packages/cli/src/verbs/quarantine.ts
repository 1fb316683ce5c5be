import { writeFile } from "node:fs/promises";
import type { Schemas } from "@plumbline/client/client";
import { readPages } from "../connection/pages.ts";
import { Failure } from "../failure.ts";
import { type Cell, table } from "../printing/table.ts";
import { counted, words } from "../printing/words.ts";
import { toCorrectionCsv } from "../quarantine/correction-csv.ts";
import { verb } from "../verb.ts";

type Row = Schemas["QuarantinedRow"];

const rowsMax = 10_000;

export const quarantine = verb({
  name: "quarantine",
  summary: "List rows that could not be taken in, with what is wrong in each",
  options: {
    import: { value: "ID", what: "only those of one import" },
    csv: { value: "FILE", what: "also write them to a file, to be corrected and given to plumb quarantine fix" },
  },
  examples: ["quarantine", "quarantine --import 0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d00 --csv rows.csv"],
  run: async ({ connect, options, world }) => {
    const connection = await connect();
    const query = options.import === undefined ? {} : { importId: options.import };
    const rows = await readPages(connection, rowsMax, (client, page) =>
      client.GET("/v1/quarantined-rows", { params: { query: { ...query, ...page } } }),
    );
    if (options.csv !== undefined) await write(options.csv, rows.items);
    return {
      document: rows,
      lines: (style) => [
        ...(rows.items.length === 0
          ? []
          : table(
              [
                { title: "row" },
                { title: "kind" },
                { title: "line", align: "right" },
                { title: "what is wrong", canShrink: true },
              ],
              rows.items.map(({ id, kind, line, issues }): readonly Cell[] => [
                id,
                words(kind),
                String(line),
                issues.map(({ field, reason }) => `${field} ${reason}`).join("; "),
              ]),
              { style, width: world.out.columns },
            )),
        style.quiet(counted(rows.items.length, "row")),
        ...(options.csv === undefined || rows.items.length === 0
          ? []
          : [`Correct ${options.csv}, then: plumb quarantine fix --csv ${options.csv}`]),
      ],
    };
  },
});

async function write(file: string, rows: readonly Row[]): Promise<void> {
  const kinds = new Set(rows.map(({ kind }) => kind));
  if (kinds.size > 1) {
    throw new Failure(
      "usage",
      `These are rows of ${[...kinds].map(words).join(" and ")}, which have other columns. Choose one with --import.`,
    );
  }
  await writeFile(file, toCorrectionCsv(rows)).catch((cause: NodeJS.ErrnoException) => {
    throw new Failure("failed", `${file} cannot be written (${cause.code}).`, { cause });
  });
}
