import { IconChevronRight } from "@tabler/icons-react";
import { Fragment, type ReactNode, useState } from "react";
import { Panel } from "../../../ui/Panel.tsx";
import { adjustmentText, countText, hoursText } from "../../formats.ts";
import type { Invoice } from "../../invoices/invoice-queries.ts";
import { LineCells, LineColumns } from "../../invoices/LineCells.tsx";
import { words } from "../../words/words.ts";
import { Entries } from "./Entries.tsx";

/** What is billed, how each amount came about, and the work behind it. */
export function Lines({ invoice }: { readonly invoice: Invoice }): ReactNode {
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set());
  const toggle = (position: number) =>
    setOpen((before) =>
      before.has(position) ? new Set([...before].filter((each) => each !== position)) : new Set([...before, position]),
    );
  return (
    <Panel title={words.lines} note={words.hoursInAll(hoursText(invoice.minutes))} flush>
      <div className="table-scroll" tabIndex={0} role="region" aria-label={words.linesTable}>
        <table className="lines">
          <LineColumns />
          <tbody>
            {invoice.lines.map((line) => (
              <Fragment key={line.position}>
                <tr className="line">
                  <LineCells line={line} />
                </tr>
                <tr className="line-reason">
                  <td colSpan={4}>
                    <span className="line-because">{line.because}</span>
                    {(line.adjustments ?? []).map((adjustment, index) => (
                      <span key={index} className="line-because">
                        {words.adjustedBy(adjustment.reason, adjustmentText(adjustment), adjustment.because)}
                      </span>
                    ))}
                    {line.entries > 0 && (
                      <button
                        type="button"
                        className="disclose"
                        aria-expanded={open.has(line.position)}
                        onClick={() => toggle(line.position)}
                      >
                        <IconChevronRight size={14} stroke={2} aria-hidden />
                        {words.entries(countText(line.entries), line.entries)}
                      </button>
                    )}
                  </td>
                </tr>
                {open.has(line.position) && (
                  <tr className="entries-row">
                    <td colSpan={4}>
                      <Entries invoiceId={invoice.id} line={line.position} />
                    </td>
                  </tr>
                )}
              </Fragment>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}
