import { cut, type RowReader } from "../row-reader.ts";

/** What a field says one after another, separated by |; each that is none such as the example is refused. */
export function readParts<Part>(
  row: RowReader,
  field: string,
  read: (part: string) => Part | undefined,
  example: string,
): Part[] {
  const parts = row
    .text(field)
    .split("|")
    .map((part) => part.trim())
    .filter((part) => part !== "");
  return parts.flatMap((part) => {
    const found = read(part);
    if (found === undefined) row.refuse(field, `“${cut(part)}” is none such as “${example}”`);
    return found ?? [];
  });
}
