import { IconCircleCheck } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { Panel } from "../../../ui/Panel.tsx";
import { codeText, countText } from "../../formats.ts";
import { Findings } from "../../invoices/Findings.tsx";
import type { Invoice } from "../../invoices/invoice-queries.ts";
import { words } from "../../words/words.ts";

/** What the rules found: first what stops the invoice or is odd about it, then all that is in order. */
export function Checks({ invoice }: { readonly invoice: Invoice }): ReactNode {
  const passed = invoice.checks.filter(({ outcome }) => outcome === "pass");
  return (
    <Panel title={words.checks} note={words.checksPassed(countText(passed.length), countText(invoice.checks.length))}>
      <Findings invoice={invoice} />
      {passed.length > 0 && (
        <details className="passed">
          <summary>{words.whatPassed(countText(passed.length), passed.length)}</summary>
          <ul>
            {passed.map(({ pack, rule }) => (
              <li key={`${pack}-${rule}`}>
                <IconCircleCheck size={15} stroke={1.8} aria-hidden />
                {codeText(rule)}
              </li>
            ))}
          </ul>
        </details>
      )}
    </Panel>
  );
}
