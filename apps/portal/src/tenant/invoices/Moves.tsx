import { nextMove } from "@plumbline/domain/invoice/lifecycle";
import { type ReactNode, useState } from "react";
import { ActionButton } from "../../ui/ActionButton.tsx";
import { useKeys } from "../../ui/use-keys.ts";
import { newIdempotencyKey } from "../api.ts";
import type { Invoice } from "./invoice-queries.ts";
import { isPersonMove, type PersonMove } from "./move-invoice.ts";
import { needsReason, ReasonDialog } from "./ReasonDialog.tsx";
import { useMove } from "./use-move.ts";
import { words } from "../words/words.ts";
import { IssueDialog } from "./IssueDialog.tsx";

type Props = {
  readonly invoice: Invoice;
  /** Which of the moves that lead on are shown here. */
  readonly offer: (move: PersonMove) => boolean;
  readonly onMoved: () => void;
  /** Somebody was faster; what is on screen is read again. */
  readonly onStale: () => void;
};

/** The moves that lead on from here, as the API tells them: those that may be made, and why the others may not. */
export function Moves({ invoice, offer, onMoved, onStale }: Props): ReactNode {
  const [asking, setAsking] = useState<PersonMove>();
  const close = () => setAsking(undefined);
  const move = useMove({
    onStale,
    onMoved: () => {
      close();
      onMoved();
    },
  });
  const make = (name: PersonMove, said: { readonly reason?: string; readonly issuedOn?: string } = {}) =>
    move.mutate({ invoice, move: name, key: newIdempotencyKey(), reason: "", ...said }, { onError: close });
  const press = (name: PersonMove) => (needsReason(name) || name === "issue" ? setAsking(name) : make(name));

  const onward = nextMove(invoice.stage);
  const offered = invoice.moves.flatMap((each) =>
    isPersonMove(each.move) && offer(each.move) ? [{ ...each, move: each.move }] : [],
  );
  const ordered = offered.toSorted((one, other) => Number(one.move === onward) - Number(other.move === onward));
  const allowed = (name: PersonMove) => offered.some((each) => each.move === name && each.allowed) && !move.isPending;
  useKeys({
    a: () => {
      if (onward !== undefined && isPersonMove(onward) && allowed(onward)) press(onward);
    },
    r: () => {
      if (allowed("send_back")) press("send_back");
    },
  });

  return (
    <>
      {ordered.map(({ move: name, allowed: may, why }) => (
        <ActionButton
          key={name}
          primary={name === onward}
          busy={move.isPending && move.variables.move === name}
          disabledReason={may ? undefined : (why ?? words.notNow)}
          {...(name === onward && { keys: "a" })}
          {...(name === "send_back" && { keys: "r" })}
          onPress={() => press(name)}
        >
          {words.moves[name]}
        </ActionButton>
      ))}
      {asking !== undefined && needsReason(asking) && (
        <ReasonDialog
          move={asking}
          name={words.invoiceName(invoice)}
          busy={move.isPending}
          onConfirm={(reason) => make(asking, { reason })}
          onClose={close}
        />
      )}
      {asking === "issue" && (
        <IssueDialog
          invoice={invoice}
          busy={move.isPending}
          onConfirm={(issuedOn) => make("issue", issuedOn === "" ? {} : { issuedOn })}
          onClose={close}
        />
      )}
    </>
  );
}
