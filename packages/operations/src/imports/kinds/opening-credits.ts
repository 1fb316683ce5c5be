import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { ClientId, EngagementId, LegalEntityId } from "@plumbline/domain/id";
import type { Currency } from "@plumbline/domain/money/currency";
import { creditContradictions, type OpeningCredit, takeOverCredits } from "../../openings/take-over-credits.ts";
import type { ImportKindSpec, Keyed } from "../import-kind.ts";
import { currencyOf, entityOf } from "./engagements.ts";
import { readAmount } from "./read-amount.ts";

type CreditItem = {
  readonly entityId: LegalEntityId | undefined;
  readonly clientId: ClientId | undefined;
  readonly reference: string;
  readonly engagementId: EngagementId | undefined;
  readonly receivedOn: LocalDate | undefined;
  readonly cutOverOn: LocalDate | undefined;
  readonly currency: Currency;
  readonly heldMinor: bigint | undefined;
};

/** What the firm held for clients when it moved in. It is money that is booked, so an edited row changes nothing. */
export const openingCredits: ImportKindSpec<CreditItem> = {
  keyField: "reference",
  key: (row) =>
    [row.text("entity_key"), row.key("client_key"), row.key("reference")].filter((part) => part !== "").join("|"),
  read: (row, references) => {
    const entity = entityOf(row, references);
    const currency = currencyOf(row, entity?.currency);
    const cutOverOn = row.date("cut_over_on");
    const receivedOn = row.optional("received_on", row.date) ?? cutOverOn;
    if (receivedOn !== undefined && cutOverOn !== undefined && receivedOn > cutOverOn)
      row.refuse("received_on", `lies after the cut-over on ${cutOverOn}: record it as a payment`);
    const engagement = row.optional("engagement_key", (field) =>
      row.lookUp(field, references.engagements, "engagement"),
    );
    return {
      entityId: entity?.id,
      clientId: row.lookUp("client_key", references.clients, "client"),
      reference: row.needed("reference", 200),
      engagementId: engagement?.id,
      receivedOn,
      cutOverOn,
      currency,
      heldMinor: readAmount(row, "held", currency),
    };
  },
  contradictions: (scope, items) => creditContradictions(scope, items.map(toCredit)),
  add: (scope, items) => takeOverCredits(scope, items.map(toCredit)),
  change: async (_, items) =>
    new Map(items.map(({ id }) => [id, "was taken over already, and is booked as it was said"])),
};

/** What was read without a fault has all of it. */
const toCredit = ({ id, item: { entityId, ...item } }: Keyed<CreditItem>): OpeningCredit =>
  ({ ...item, id, legalEntityId: entityId }) as OpeningCredit; // Faults are never handed on.
