import { importColumns, type ImportKind, importKinds } from "@plumbline/contract/import-row";
import { table } from "../printing/table.ts";
import { verb } from "../verb.ts";

export const columns = verb({
  name: "columns",
  summary: "Show which columns a CSV file of a kind has",
  arguments: { KIND: { what: "what its rows are", choices: importKinds } },
  examples: ["columns time_entries"],
  run: async ({ arguments: { KIND }, world }) => {
    const of = Object.entries(importColumns[KIND as ImportKind]); // The parser took one of the choices.
    return {
      document: { kind: KIND, columns: of.map(([name, column]) => ({ name, ...column })) },
      lines: (style) =>
        table(
          [{ title: "column" }, { title: "needed" }, { title: "what it holds", canShrink: true }],
          of.map(([name, { required, what }]) => [name, required ? "yes" : "", what]),
          { style, width: world.out.columns },
        ),
    };
  },
});
