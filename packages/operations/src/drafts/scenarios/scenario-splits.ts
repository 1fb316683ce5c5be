import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { type Fraction, parseShare, splitShares } from "@plumbline/domain/engagement/split";
import type { ClientId } from "@plumbline/domain/id";
import type { Currency } from "@plumbline/domain/money/currency";
import { decideTax } from "@plumbline/domain/tax/decide-tax";
import type { StoredLimit } from "../../limits/load-limits.ts";
import type { BookEngagement } from "../run-book.ts";
import { type BornePart, day, engagementId, type Given, minor } from "./scenario-kit.ts";

/** The engagement as each of those who bear it pays it. */
export function withSplit(given: Given, engagement: BookEngagement): BookEngagement {
  const { split } = given;
  if (split === undefined) return engagement;
  const found = splitShares(split.map(({ share }) => parseShare(share) as Fraction));
  if ("reason" in found) throw new Error(found.reason);
  const parts = split.map((part, index) => {
    const as = asOf(given, engagement, part);
    const { position = 0, weight = 0, of = 1 } = found.shares[index] ?? {};
    return { position, weight, of, as, splitId: "s", orderId: as.order?.id, costCentre: part.costCentre };
  });
  const split1 = { id: "s", projectId: undefined, from: day("1970-01-01"), until: undefined, replaced: false, parts };
  return { ...engagement, splits: [split1] };
}

function asOf(given: Given, engagement: BookEngagement, part: BornePart): BookEngagement {
  const { seller = "DE" } = given;
  const { payer, proven, country = seller, language = engagement.language } = part;
  const buyer = { country, taxId: `${country}${payer}`, ...(proven !== undefined && { proven }) };
  return {
    ...engagement,
    payerId: payer as ClientId,
    language,
    tax: decideTax({
      seller: { country: seller, taxId: `${seller}999` },
      ...buyerOf(buyer, day("2026-10-31")),
      taxPoint: day("2026-10-31"),
      language,
    }),
    order: part.order && { id: orderIdOf(part), currency: engagement.currency, validOn: true },
  };
}

type Buyer = NonNullable<Given["buyer"]> & { readonly country: string; readonly taxId: string };

export const buyerOf = ({ country, taxId, proven }: Buyer, on: LocalDate) => ({
  buyer: { country, taxId, isBusiness: true },
  evidence:
    proven === undefined
      ? {}
      : { vatIdCheck: { taxId, valid: proven, checkedAt: `${on}T09:00:00Z`, source: "VIES" as const } },
});

const orderIdOf = ({ payer }: BornePart) => `po-${payer}`;

/** What is left of the orders of the parts. */
export const ordersOf = ({ split = [] }: Given, currency: Currency): StoredLimit[] =>
  split.flatMap((part): StoredLimit[] => {
    if (part.order === undefined) return [];
    const total = minor(part.order.amount, currency);
    return [
      {
        id: orderIdOf(part),
        kind: "order",
        measure: "money",
        engagementId,
        projectId: undefined,
        orderId: orderIdOf(part),
        countsExpenses: true,
        currency,
        total,
        remaining: total - minor(part.order.used ?? "0", currency),
      },
    ];
  });
