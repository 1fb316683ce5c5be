import type { ImportKind } from "@plumbline/contract/import-row";
import { type Firm, firmFolder, newFirm } from "@plumbline/testing/firm";
import { mixedMasterData, mixedOctober } from "@plumbline/testing/mixed-firm";
import type { TenantPool } from "@plumbline/platform/tenancy";

type Row = Readonly<Record<string, string>>;

const engagement = (key: string, more: Row) => ({
  engagement_key: key,
  client_key: "c3",
  code: key.toUpperCase(),
  card_key: "usd",
  approver_email: "manager@firm.example",
  ...more,
});

/** What converts: an engagement that is billed in dollars, and one in euros by a card in dollars. */
const foreign: Partial<Record<ImportKind, readonly Row[]>> = {
  fx_rates: [
    { base_currency: "EUR", quote_currency: "USD", rate_date: "2026-10-12", rate: "1.1711", source: "ECB" },
    { base_currency: "EUR", quote_currency: "USD", rate_date: "2026-10-30", rate: "1.1684", source: "ECB" },
  ],
  rate_cards: [{ card_key: "usd", currency: "USD" }],
  engagements: [
    engagement("e5", { currency: "USD", early_payment_discount: "2% within 20 days" }),
    engagement("e6", { currency: "EUR", cap_amount: "20000.00" }),
  ],
  projects: [
    { project_key: "p5", engagement_key: "e5", name: "Quay" },
    { project_key: "p6", engagement_key: "e6", name: "Lock" },
  ],
  rates: [
    { card_key: "usd", role: "Senior", price: "119.99", effective_from: "2026-01-01" },
    { card_key: "usd", role: "Partner", price: "333.33", effective_from: "2026-01-01" },
  ],
  time_entries: ["p5", "p6"].map((project) => ({
    entry_key: `first-${project}`,
    worker_key: "w1",
    project_key: project,
    work_date: "2026-10-20",
    hours: "2.50",
    role: "Senior",
    status: "approved",
    narrative: "where it begins",
  })),
};

/** A firm that bills in every way there is, in two currencies. */
export async function foreignFirm(pool: TenantPool): Promise<Firm> {
  const { tenant } = await firmFolder("any");
  const fx = { fixedAt: "tax_point", source: "ECB" } as const;
  const firm = await newFirm(pool, {
    folder: { legalEntities: tenant.legalEntities.map((entity) => ({ ...entity, fx })) },
  });
  for (const data of [mixedMasterData, mixedOctober, foreign])
    for (const [kind, rows] of Object.entries(data)) await firm.take(kind as ImportKind, rows);
  return firm;
}

/** A correction of what was published. */
export const correctedRate = (random: () => number): Row => ({
  base_currency: "EUR",
  quote_currency: "USD",
  rate_date: random() < 0.5 ? "2026-10-12" : "2026-10-30",
  rate: `1.${1000 + Math.floor(random() * 1_000)}`,
  source: "ECB",
});
