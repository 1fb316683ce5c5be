import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { Currency } from "@plumbline/domain/money/currency";
import { amountText } from "@plumbline/domain/money/decimal";

/** What a client still owed on a document of a former system when the firm moved in. */
export type OpeningReceivable = {
  readonly issuedOn: LocalDate;
  readonly dueOn: LocalDate;
  /** The last day of the former books. */
  readonly cutOverOn: LocalDate;
  readonly currency: Currency;
  readonly grossMinor: bigint;
  /** What of the gross is tax. */
  readonly taxMinor: bigint;
  /** What of the gross was not paid by then. */
  readonly openMinor: bigint;
};

type Field = "due_on" | "issued_on" | "tax" | "open";

/** What cannot be true of an opening receivable, each with the column that says it. */
export function openingIssues(said: OpeningReceivable): { readonly field: Field; readonly reason: string }[] {
  const text = (minor: bigint) => amountText(minor, said.currency);
  const gross = text(said.grossMinor);
  const issues: readonly (readonly [boolean, Field, string])[] = [
    [said.issuedOn > said.cutOverOn, "issued_on", `lies after the cut-over on ${said.cutOverOn}: it is billed here`],
    [said.dueOn < said.issuedOn, "due_on", `is before ${said.issuedOn}, when it was issued`],
    [said.taxMinor >= said.grossMinor, "tax", `${text(said.taxMinor)} of ${gross} leaves nothing that is taxed`],
    [said.openMinor > said.grossMinor, "open", `${text(said.openMinor)} is more than the ${gross} that were billed`],
  ];
  return issues.flatMap(([wrong, field, reason]) => (wrong ? [{ field, reason }] : []));
}
