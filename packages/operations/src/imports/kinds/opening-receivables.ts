import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { ClientId, EngagementId, InvoiceId, LegalEntityId } from "@plumbline/domain/id";
import type { Currency } from "@plumbline/domain/money/currency";
import { openingIssues } from "@plumbline/domain/receivable/opening-receivable";
import { type NewOpening, openingContradictions } from "../../openings/opening-contradictions.ts";
import { takeOverReceivables } from "../../openings/take-over-receivables.ts";
import type { ImportKindSpec, Keyed } from "../import-kind.ts";
import type { RowReader } from "../row-reader.ts";
import { currencyOf, entityOf } from "./engagements.ts";
import { readAmount, readAmountOrNone } from "./read-amount.ts";

type OpeningItem = {
  readonly entityId: LegalEntityId | undefined;
  readonly number: string;
  readonly clientId: ClientId | undefined;
  readonly payerId: ClientId | undefined;
  readonly engagementId: EngagementId | undefined;
  readonly issuedOn: LocalDate | undefined;
  readonly dueOn: LocalDate | undefined;
  readonly cutOverOn: LocalDate | undefined;
  readonly currency: Currency;
  readonly grossMinor: bigint | undefined;
  readonly taxMinor: bigint;
  readonly openMinor: bigint | undefined;
};

/** What clients owe on invoices of a former system. It is money that is booked, so an edited row changes nothing. */
export const openingReceivables: ImportKindSpec<OpeningItem> = {
  keyField: "number",
  key: (row) => [row.text("entity_key"), row.key("number")].filter((part) => part !== "").join("|"),
  read: (row, references) => {
    const entity = entityOf(row, references);
    const currency = currencyOf(row, entity?.currency);
    const clientId = row.lookUp("client_key", references.clients, "client");
    const payerId = row.optional("payer_key", (field) => row.lookUp(field, references.clients, "client")) ?? clientId;
    const engagement = row.optional("engagement_key", (field) =>
      row.lookUp(field, references.engagements, "engagement"),
    );
    const item = {
      entityId: entity?.id,
      number: row.needed("number", numberCharactersMax),
      clientId,
      payerId,
      engagementId: engagement?.id,
      issuedOn: row.date("issued_on"),
      dueOn: row.date("due_on"),
      cutOverOn: row.date("cut_over_on"),
      currency,
      grossMinor: readAmount(row, "gross", currency),
      taxMinor: readAmountOrNone(row, "tax", currency),
      openMinor: readAmount(row, "open", currency),
    };
    refuseUntrue(row, item);
    return item;
  },
  contradictions: (scope, items) => openingContradictions(scope, items.map(toOpening)),
  add: (scope, items) => takeOverReceivables(scope, items.map(toOpening)),
  change: async (_, items) =>
    new Map(items.map(({ id }) => [id, "was taken over already, and is booked as it was said"])),
};

/** As many as our own numbers may have. */
const numberCharactersMax = 60;

function refuseUntrue(row: RowReader, item: OpeningItem): void {
  const { issuedOn, dueOn, cutOverOn, grossMinor, openMinor } = item;
  if (issuedOn === undefined || dueOn === undefined || cutOverOn === undefined) return;
  if (grossMinor === undefined || openMinor === undefined) return;
  for (const { field, reason } of openingIssues({ ...item, issuedOn, dueOn, cutOverOn, grossMinor, openMinor }))
    row.refuse(field, reason);
}

/** What was read without a fault has all of it. */
const toOpening = ({ id, item: { entityId, ...item } }: Keyed<OpeningItem>): NewOpening =>
  ({ ...item, id: id as InvoiceId, legalEntityId: entityId }) as NewOpening; // Faults are never handed on.
