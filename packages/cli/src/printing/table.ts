import type { Style } from "./style.ts";

/** A cell is text, with the meaning its colour has. */
export type Cell = string | { readonly text: string; readonly as: keyof Style };

type Column = {
  readonly title: string;
  readonly align?: "right";
  /** May be cut when the terminal is narrow. */ readonly canShrink?: true;
};

const gap = "  ";
const narrowest = 8;

/**
 * Lays rows out under their titles. Columns are as wide as what they hold; where a terminal is too narrow, those that may
 * shrink give way, the widest first.
 *
 * @param options.width of the terminal; undefined for a pipe, where nothing is cut
 */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  options: { readonly style: Style; readonly width: number | undefined },
): readonly string[] {
  const widths = widthsOf(columns, rows, options.width);
  const lay = (cells: readonly Cell[], paint: (text: string, cell: Cell) => string): string =>
    columns
      .map((column, index) => {
        const cell = cells[index] ?? "";
        const isLast = index === columns.length - 1 && column.align === undefined;
        const text = fit(textOf(cell), widths[index] ?? 0, column.align);
        return textOf(cell) === "" ? text : paint(isLast ? text.trimEnd() : text, cell);
      })
      .join(gap)
      .trimEnd();
  return [
    lay(
      columns.map(({ title }) => title),
      (text) => options.style.quiet(text),
    ),
    ...rows.map((cells) =>
      lay(cells, (text, cell) => (typeof cell === "string" ? text : options.style[cell.as](text))),
    ),
  ];
}

function widthsOf(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  width: number | undefined,
): readonly number[] {
  const widths = columns.map(({ title }, index) =>
    Math.max(title.length, ...rows.map((cells) => [...textOf(cells[index] ?? "")].length)),
  );
  const taken = () => widths.reduce((sum, own) => sum + own, gap.length * (columns.length - 1));
  while (width !== undefined && taken() > width) {
    const shrinkable = columns.flatMap(({ canShrink }, index) => (canShrink ? [index] : []));
    const widest = shrinkable.toSorted((left, right) => (widths[right] ?? 0) - (widths[left] ?? 0))[0];
    if (widest === undefined || (widths[widest] ?? 0) <= narrowest) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

const textOf = (cell: Cell): string => (typeof cell === "string" ? cell : cell.text);

function fit(text: string, width: number, align: "right" | undefined): string {
  const letters = [...text];
  const cut = letters.length > width ? `${letters.slice(0, width - 1).join("")}…` : text;
  const padding = " ".repeat(Math.max(0, width - [...cut].length));
  return align === "right" ? padding + cut : cut + padding;
}
