import type { Schemas } from "@plumbline/client/client";
import { money, words } from "../printing/words.ts";
import type { Answer } from "../verb.ts";

/** A dispute with all that was said about it. */
export const shownDispute = (dispute: Schemas["Dispute"]): Answer => ({
  document: dispute,
  lines: (style) => [
    `${style.strong(`${dispute.invoice.number}, ${dispute.client.name}`)}: ${money(dispute.amount)} in dispute since ` +
      `${dispute.openedOn} (${words(dispute.code)}), ${dispute.state}`,
    `  ${dispute.raisedBy ?? "The client"}: ${dispute.reason}`,
    ...dispute.lines.map(({ position, description }) => `  line ${position}: ${description}`),
    ...dispute.messages.map(
      ({ at, saidBy, body, evidence, recordedBy }) =>
        `  ${at.slice(0, 10)} ${saidBy === "client" ? "the client" : recordedBy}: ${body}` +
        (evidence === undefined ? "" : ` [${evidence.document}]`),
    ),
    ...(dispute.decision === undefined ? [] : decided(dispute.decision)),
    style.quiet(dispute.id),
  ],
});

const decided = ({ outcome, rootCause, reason, on, by, creditNote }: NonNullable<Schemas["Dispute"]["decision"]>) => [
  `  ${words(outcome)} on ${on} by ${by}: ${reason} (cause: ${words(rootCause)})`,
  ...(creditNote === undefined
    ? []
    : [
        `  credit note ${creditNote.number ?? creditNote.id} of ${money(creditNote.total)}, ${words(creditNote.stage)}`,
      ]),
];
