import { type Cells, type Fault, toBytes } from "./dirty-faults.ts";

/** A fault in a file: the line on which its row ends. */
export type Planted = { readonly fault: Fault; readonly line: number };

export type DirtyFile = {
  readonly bytes: Buffer;
  readonly planted: readonly Planted[];
  /** Where the good rows went, in their order. */
  readonly goodLines: readonly number[];
};

type Item = { readonly cells: Cells; readonly good: boolean; readonly fault?: Fault };

/**
 * Writes rows as a CSV file with faults among them: every fault is a row of its own, so all that was good must go in.
 * The file begins with a byte order mark, mixes line ends and holds empty lines.
 *
 * @param input.optional columns the source does not have, which some faults need
 */
export function dirtyFile(input: {
  readonly rows: readonly Cells[];
  readonly key: string;
  readonly optional: readonly string[];
  readonly faults: readonly Fault[];
  /** Places of rows that are bad already; they are not copied. */
  readonly bad?: ReadonlySet<number>;
  readonly times: number;
  readonly random: () => number;
}): DirtyFile {
  const { rows, key, random } = input;
  const columns = [...Object.keys(rows[0] ?? {}), ...input.optional];
  const items: Item[] = rows.map((cells) => ({ cells, good: true }));
  const sound = rows.filter((_, place) => input.bad?.has(place) !== true);
  const below = (limit: number) => Math.floor(random() * limit);
  for (let time = 0; time < input.times; time += 1) {
    for (const fault of input.faults) {
      const original = sound[below(sound.length)] as Cells;
      const own = fault.repeats ? original : { ...original, [key]: `dirty ${time} ${fault.name}` };
      const after = items.findIndex(({ cells, good }) => good && cells === original) + 1;
      const place = after + below(items.length - after + 1);
      items.splice(place, 0, { cells: fault.dirty(own), good: false, fault });
    }
  }
  return write(items, columns, random);
}

function write(items: readonly Item[], columns: readonly string[], random: () => number): DirtyFile {
  const ends = ["\r\n", "\n", "\r"] as const;
  const end = () => ends[Math.floor(random() * ends.length)] as string;
  const parts: Buffer[] = [Buffer.from(`\uFEFF${columns.join(",")}\r\n`)];
  const planted: Planted[] = [];
  const goodLines: number[] = [];
  let line = 1;
  for (const { cells, fault } of items) {
    if (random() < emptyLines) {
      parts.push(Buffer.from("\r\n"));
      line += 1;
    }
    line += 1;
    const texts = columns.map((column) => quoted(cells[column] ?? ""));
    if (fault?.width === 1) texts.push("one more");
    if (fault?.width === -1) texts.pop();
    parts.push(toBytes(`${texts.join(",")}${end()}`));
    if (fault === undefined) goodLines.push(line);
    else planted.push({ fault, line });
  }
  return { bytes: Buffer.concat(parts), planted, goodLines };
}

const emptyLines = 0.01;

const quoted = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
