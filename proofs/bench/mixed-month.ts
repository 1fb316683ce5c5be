import type { ImportKind } from "@plumbline/contract/import-row";
import type { TestDatabase } from "@plumbline/testing/database";
import { recordMonth } from "./recorded-month.ts";

type Row = Readonly<Record<string, string>>;

/**
 * The recorded month again, with every way of billing agreed for some of its engagements, and what they bill beside time. What
 * was agreed comes in by import, as a firm would bring it; the time is the same, entry for entry.
 */
export async function recordMixedMonth(database: TestDatabase, entries: number) {
  const month = await recordMonth(database, entries);
  const { firm } = month;
  await database.admin.query(keys, [firm.tenantId]);
  const numbers = Array.from({ length: month.engagements }, (_, n) => n);
  const take = async (kind: ImportKind, rows: readonly Row[]) => {
    const taken = await firm.take(kind, rows);
    if (taken.quarantined > 0) throw new Error(`${taken.quarantined} of ${rows.length} ${kind} were refused`);
  };
  await take("engagements", numbers.map(engagement));
  for (const [kind, row] of beside) {
    await take(
      kind,
      numbers.map(row).filter((given) => given !== undefined),
    );
  }
  await database.admin.query("vacuum analyze");
  return { ...month, models: models.length };
}

/** The names by which imports know what was recorded. */
const keys = `
  insert into external_refs (tenant_id, system, kind, external_id, subject_id, version_hash, import_id)
  select tenant_id, 'test', 'clients', 'c' || (substr(name, 8))::int, id, '', id from clients where tenant_id = $1
  union all
  select tenant_id, 'test', 'engagements', 'e' || (substr(name, 12))::int, id, '', id from engagements where tenant_id = $1
  union all
  select tenant_id, 'test', 'projects', 'p' || (substr(name, 9))::int, id, '', id from projects where tenant_id = $1
  union all
  select tenant_id, 'test', 'workers', 'w' || (substr(name, 8))::int, id, '', id from workers where tenant_id = $1`;

/** What every so many engagements agreed on. An engagement's month is 200 hours at some 150.00. */
const models: readonly Row[] = [
  { increment_minutes: "15", increment_per: "day", discounts: "2% | 5% per line" },
  { cap_amount: "25000.00", po_number: "PO", po_amount: "40000.00", po_valid_from: "2026-01-01" },
  { overtime: "150% over 8 h a day", volume_tiers: "95% from 60 h | 90% from 120 h", indexation: "3% from 2026-06-01" },
  { fee_amount: "30000.00", fee_instalments: "40% on 2026-10-31 | 60% on 2026-12-31" },
  { bucket_hours: "40", bucket_price: "5000.00", bucket_starts_on: "2026-10-01", bucket_rollover: "all" },
  { holdback_percent: "5%", expense_markup_percent: "10%" },
  { travel_percent: "50%", travel_tasks: "Task 4", submission_days: "400" },
  { increment_minutes: "6", surcharges: "1%" },
];
const modelOf = (n: number): number => n % models.length;

const engagement = (n: number): Row => ({
  engagement_key: `e${n}`,
  client_key: `c${Math.floor(n / 5)}`,
  code: `E-${n}`,
  card_key: "std",
  // As what was recorded, which it replaces.
  starts_on: "2020-01-01",
  approver_email: "manager@firm.example",
  ...models[modelOf(n)],
});

const proof = (name: string): Row => ({ [name]: "proof.pdf", [`${name}_sha256`]: "c".repeat(64) });

/** What is billed beside time, for the engagements of a model. */
const beside: readonly (readonly [ImportKind, (n: number) => Row | undefined])[] = [
  [
    "milestones",
    (n) =>
      modelOf(n) !== 5
        ? undefined
        : {
            milestone_key: `m${n}`,
            engagement_key: `e${n}`,
            project_key: `p${n * 4}`,
            name: "Design freeze",
            amount: "8000.00",
            due_date: "2026-10-31",
            accepted_on: "2026-10-14",
            accepted_by: "Dana Roe",
            ...proof("evidence"),
          },
  ],
  [
    "expenses",
    (n) =>
      modelOf(n) !== 5
        ? undefined
        : {
            expense_key: `x${n}`,
            project_key: `p${n * 4 + 1}`,
            worker_key: "w0",
            spent_on: "2026-10-12",
            category: "Travel",
            description: "rail",
            paid: "119.00",
            currency: "EUR",
            ...proof("receipt"),
            status: "approved",
          },
  ],
  [
    "subscriptions",
    (n) =>
      modelOf(n) !== 6
        ? undefined
        : {
            subscription_key: `s${n}`,
            engagement_key: `e${n}`,
            name: "Helpdesk",
            starts_on: "2026-10-01",
            price: "33.33",
            quantity: "3 | 4 from 2026-10-20",
            unit: "seat",
          },
  ],
  [
    "meters",
    (n) =>
      modelOf(n) !== 6
        ? undefined
        : {
            meter_key: `u${n}`,
            engagement_key: `e${n}`,
            name: "API calls",
            starts_on: "2026-10-01",
            price: "0.10 | 0.07 above 1000",
            included: "12.5",
          },
  ],
  [
    "usage",
    (n) =>
      modelOf(n) !== 6
        ? undefined
        : { usage_key: `u${n}`, meter_key: `u${n}`, used_on: "2026-10-31", quantity: "1234.56" },
  ],
];
