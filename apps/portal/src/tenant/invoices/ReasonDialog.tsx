import { Button, Modal, Textarea } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { words } from "../words/words.ts";
import type { PersonMove } from "./move-invoice.ts";

export type ReasonedMove = Extract<PersonMove, "send_back" | "revise" | "discard">;

export const needsReason = (move: PersonMove): move is ReasonedMove =>
  move === "send_back" || move === "revise" || move === "discard";

const reasonLengthMax = 1_000;

type Props = {
  readonly move: ReasonedMove;
  readonly name: string;
  readonly busy: boolean;
  readonly onConfirm: (reason: string) => void;
  readonly onClose: () => void;
};

/** Asks why: whoever prepared the invoice reads it, and so does the audit. */
export function ReasonDialog({ move, name, busy, onConfirm, onClose }: Props): ReactNode {
  const [reason, setReason] = useState("");
  const [missing, setMissing] = useState(false);
  const confirm = () => {
    if (reason.trim() === "") setMissing(true);
    else onConfirm(reason.trim());
  };
  return (
    <Modal opened onClose={onClose} title={words.moveTitles[move]} centered>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          confirm();
        }}
      >
        <p className="strong">{name}</p>
        <p className="dim">{words.moveExplained[move]}</p>
        <Textarea
          data-autofocus
          mt="sm"
          label={words.reason}
          placeholder={words.reasonExample[move]}
          autosize
          minRows={3}
          maxRows={8}
          maxLength={reasonLengthMax}
          value={reason}
          error={missing && reason.trim() === "" ? words.reasonMissing : undefined}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <div className="dialog-actions">
          <Button variant="default" onClick={onClose}>
            {words.cancel}
          </Button>
          <Button type="submit" loading={busy}>
            {words.moves[move]}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
