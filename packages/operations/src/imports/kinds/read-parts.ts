import { cut, type RowReader } from "../row-reader.ts";

/** Parts of a cell between bars; a part that cannot be read is refused with the part itself. */
export function readParts<Part>(
  row: RowReader,
  field: string,
  read: (part: string) => Part | undefined,
  examples: string,
): Part[] {
  const parts = row
    .text(field)
    .split("|")
    .map((part) => part.trim())
    .filter((part) => part !== "");
  return parts.flatMap((part) => {
    const found = read(part);
    if (found === undefined) row.refuse(field, `“${cut(part)}” is not such as ${examples}`);
    return found ?? [];
  });
}
