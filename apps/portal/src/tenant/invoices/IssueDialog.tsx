import { Button, Modal, TextInput } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { moneyText } from "../formats.ts";
import type { Invoice } from "./invoice-queries.ts";
import { words } from "../words/words.ts";

type Props = {
  readonly invoice: Invoice;
  readonly busy: boolean;
  /** Empty for today, as the entity's calendar has it. */
  readonly onConfirm: (issuedOn: string) => void;
  readonly onClose: () => void;
};

/** Asked about, because a number that was given is never taken back. */
export function IssueDialog({ invoice, busy, onConfirm, onClose }: Props): ReactNode {
  const [issuedOn, setIssuedOn] = useState("");
  return (
    <Modal opened onClose={onClose} title={words.issueTitle(invoice.client.name, moneyText(invoice.total))} centered>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onConfirm(issuedOn);
        }}
      >
        <p className="dim">{words.issueExplained}</p>
        <TextInput
          mt="sm"
          type="date"
          label={words.issueDate}
          description={words.issueDateHint}
          value={issuedOn}
          onChange={(event) => setIssuedOn(event.currentTarget.value)}
        />
        <div className="dialog-actions">
          <Button variant="default" onClick={onClose}>
            {words.cancel}
          </Button>
          <Button type="submit" loading={busy} data-autofocus>
            {words.moves.issue}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
