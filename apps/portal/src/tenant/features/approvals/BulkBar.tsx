import { Button, Checkbox } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { ActionButton } from "../../../ui/ActionButton.tsx";
import { countText } from "../../formats.ts";
import type { InvoiceSummary } from "../../invoices/invoice-queries.ts";
import type { BulkMove } from "../../invoices/move-invoices.ts";
import { words } from "../../words/words.ts";
import { BulkDialog } from "./BulkDialog.tsx";
import { bulkMoveOf, isClean } from "./clean.ts";

/** As many as one request may name. */
const bulkMax = 200;

type Props = {
  readonly invoices: readonly InvoiceSummary[];
  readonly picked: ReadonlySet<string>;
  readonly onPick: (picked: ReadonlySet<string>) => void;
};

type Asked = { readonly move: BulkMove; readonly invoices: readonly InvoiceSummary[] };

/** Picks the clean ones, and decides on those that were picked: one button for each kind of decision. */
export function BulkBar({ invoices, picked, onPick }: Props): ReactNode {
  const [asked, setAsked] = useState<Asked>();
  const clean = invoices.filter(isClean);
  const chosen = invoices.filter(({ id }) => picked.has(id));
  const allClean = clean.length > 0 && clean.every(({ id }) => picked.has(id));
  const odd = chosen.some((invoice) => !isClean(invoice));
  const groups = [...Map.groupBy(chosen.slice(0, bulkMax), bulkMoveOf)];
  return (
    <div className="bulk">
      <Checkbox
        size="xs"
        checked={allClean}
        indeterminate={!allClean && chosen.length > 0}
        disabled={clean.length === 0}
        label={words.cleanOnes(countText(clean.length))}
        onChange={() => onPick(allClean ? new Set() : new Set(clean.map(({ id }) => id)))}
      />
      <div className="bulk-actions">
        {groups.map(
          ([move, group]) =>
            move !== undefined && (
              <ActionButton
                key={move}
                disabledReason={odd ? words.onlyClean : undefined}
                onPress={() => setAsked({ move, invoices: group })}
              >
                {words.bulkMoves[move](countText(group.length), group.length)}
              </ActionButton>
            ),
        )}
        {chosen.length > 0 && (
          <Button variant="subtle" onClick={() => onPick(new Set())}>
            {words.clear}
          </Button>
        )}
      </div>
      {asked !== undefined && (
        <BulkDialog
          {...asked}
          onClose={() => {
            setAsked(undefined);
            onPick(new Set());
          }}
        />
      )}
    </div>
  );
}
