import { createReadStream } from "node:fs";
import { join } from "node:path";
import { parse } from "csv-parse";

export type SourceRow = { readonly line: number; readonly row: Readonly<Record<string, string>> };

/** Reads a source file again, apart from the import, so that what went in can be counted independently. */
export async function readSource(folder: string, file: string): Promise<SourceRow[]> {
  const parser = createReadStream(join(folder, file)).pipe(
    parse({
      bom: true,
      columns: true,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      info: true,
    }),
  );
  const rows: SourceRow[] = [];
  for await (const { record, info } of parser as AsyncIterable<{
    record: Record<string, string>;
    info: { lines: number };
  }>) {
    rows.push({ line: info.lines, row: record });
  }
  return rows;
}

/** Minutes of decimal hours, half up, worked out in integers. */
export function minutesOfHours(hours: string): number {
  const [whole = "", part = ""] = hours.trim().split(".");
  return Math.floor((Number(whole + part.padEnd(4, "0")) * 60 + 5_000) / 10_000);
}
