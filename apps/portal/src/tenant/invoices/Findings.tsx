import type { ReactNode } from "react";
import { Badge, type Tone } from "../../ui/Badge.tsx";
import { codeText, moneyText } from "../formats.ts";
import { words } from "../words/words.ts";
import type { Invoice } from "./invoice-queries.ts";

type Severity = Invoice["exceptions"][number]["severity"];

const tones = { block: "bad", warn: "warn", inform: "info" } as const satisfies Record<Severity, Tone>;

/** What is open about an invoice: how bad, what it is, who deals with it and how much hangs on it. */
export function Findings({ invoice }: { readonly invoice: Pick<Invoice, "exceptions"> }): ReactNode {
  const open = invoice.exceptions.filter(({ state }) => state === "open");
  if (open.length === 0) return <p className="dim">{words.nothingOpen}</p>;
  return (
    <ul className="findings">
      {open.map(({ id, code, severity, message, owner, atStake }) => (
        <li key={id}>
          <Badge tone={tones[severity]}>{words.severities[severity]}</Badge>
          <div>
            <strong>{codeText(code)}</strong>
            <p>{message}</p>
            <p className="dim">
              {words.dealtWithBy(codeText(owner))}
              {atStake !== undefined && ` · ${moneyText(atStake)}`}
            </p>
          </div>
        </li>
      ))}
    </ul>
  );
}
