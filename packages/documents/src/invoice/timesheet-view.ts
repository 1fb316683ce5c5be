import type { InvoiceSnapshot, SnapshotEntry, SnapshotLine } from "@plumbline/domain/invoice/snapshot";
import type { Catalogue } from "./catalogue.ts";
import type { TimesheetGroupView, TimesheetView } from "./invoice-view.ts";
import { plainText } from "./plain-text.ts";
import type { Printer } from "./printer.ts";

/**
 * The annex: entries under the line that bills them, so that every subtotal can be held against its line.
 *
 * @returns undefined when the client gets no annex
 * @throws RangeError when an entry names a line that the invoice does not have
 */
export function timesheetView(
  { annex, lines }: Pick<InvoiceSnapshot, "annex" | "lines">,
  { catalogue, printer }: { catalogue: Catalogue; printer: Printer },
): TimesheetView | undefined {
  if (annex.length === 0) return undefined;
  const entriesByLine = Map.groupBy(annex, (entry) => entry.line);
  const positions = new Set(lines.map((line) => line.position));
  const stray = annex.find((entry) => !positions.has(entry.line));
  if (stray) throw new RangeError(`the annex names line ${stray.line}, which the invoice does not have`);

  return {
    groups: lines.flatMap((line) => {
      const entries = entriesByLine.get(line.position);
      return entries ? [groupView(line, { entries, catalogue, printer })] : [];
    }),
    hours: printer.hours(minutesIn(annex)),
    ...(annex.some((entry) => entry.minutes % 3 !== 0) && { roundingNote: catalogue.roundingNote }),
  };
}

type GroupInput = {
  readonly entries: readonly SnapshotEntry[];
  readonly catalogue: Catalogue;
  readonly printer: Printer;
};

function groupView(line: SnapshotLine, { entries, catalogue, printer }: GroupInput): TimesheetGroupView {
  const [recorded, billed] = [printer.hours(minutesIn(entries)), printer.hours(line.minutes)];
  return {
    title: [String(line.position), plainText(line.project ?? ""), plainText(line.description)]
      .filter(Boolean)
      .join(" · "),
    entries: entries.map((entry) => ({
      workedOn: printer.shortDate(entry.workedOn),
      worker: plainText(entry.worker),
      task: plainText(entry.task),
      narrative: plainText(entry.narrative),
      hours: printer.hours(entry.minutes),
    })),
    hours: recorded,
    ...(recorded !== billed && { billedNote: catalogue.billedNote({ recorded, billed }) }),
  };
}

const minutesIn = (entries: readonly SnapshotEntry[]): number =>
  entries.reduce((total, entry) => total + entry.minutes, 0);
