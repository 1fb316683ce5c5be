import fc from "fast-check";
import { expect, it } from "vitest";
import { query } from "@plumbline/platform/sql";
import type { Firm } from "@plumbline/testing/firm";
import { doStep, newMovingFirm } from "@plumbline/testing/moving-time";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { mustRecompute } from "@plumbline/testing/what-differs";

const database = useTestDatabase();

/**
 * An edit of one of three entries: another day, other hours, at times not approved; and now and then all is billed, or issued
 * as well. The worker drafts anew after each.
 */
const moves = fc.array(
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc.tuple(
        fc.constantFrom("a", "b", "c"),
        fc.constantFrom("05", "06", "20"),
        fc.integer({ min: 1, max: 16 }),
        fc.constantFrom("", "", "", " submitted"),
      ),
    },
    { weight: 2, arbitrary: fc.constantFrom("close" as const, "bill" as const) },
  ),
  { minLength: 4, maxLength: 9 },
);

const terms = fc.constantFrom<Readonly<Record<string, string>>>(
  {},
  { increment_minutes: "15", increment_per: "entry" },
  { volume_tiers: "90% from 6 h" },
);

/** Minutes that issued documents bill of each entry, and those of its latest approved version. */
const billedAndWorked = async (firm: Firm) =>
  (await firm.as("auditor"))((scope) =>
    query<{ billed: number; worked: number }>(
      scope.tx,
      `select w.minutes as worked, (
                select coalesce(sum(c.minutes), 0)::int from claims c
                  join invoice_lines l on l.tenant_id = c.tenant_id and l.id = c.line_id
                  join invoices i on i.tenant_id = l.tenant_id and i.id = l.invoice_id and i.number is not null
                 where c.tenant_id = w.tenant_id and c.work_item_id = w.id and c.released_at is null) as billed
         from work_items w where w.current and w.status = 'approved'`,
    ),
  );

it("whatever the order of edits and bills, what is billed of an entry is its latest version once everything is issued", async () => {
  await fc.assert(
    fc.asyncProperty(moves, terms, async (steps, engagement) => {
      const firm = await newMovingFirm(database.current.pool, {
        engagement,
        rates: ["100.00 2026-01-01", "133.33 2026-10-15"],
      });
      for (const step of steps) {
        if (typeof step === "string") await doStep(firm, step);
        else {
          const [key, day, quarters, status] = step;
          await doStep(firm, { take: [`${key} 2026-10-${day} ${(quarters / 4).toFixed(2)}${status}`] });
          await doStep(firm, "revise");
        }
      }
      // Credit notes are issued, and what they give back is billed anew.
      for (const step of ["close", "close", "close"] as const) await doStep(firm, step);
      const entries = await billedAndWorked(firm);
      expect(entries.map(({ billed }) => billed)).toEqual(entries.map(({ worked }) => worked));
      await mustRecompute(await firm.as("auditor"));
    }),
    { numRuns: 8, seed: 30 },
  );
}, 120_000);

/** What became of one of two expenses: another sum, and at times no approval; and now and then all is billed, or issued as well. */
const costMoves = fc.array(
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc.tuple(
        fc.constantFrom("x", "y"),
        fc.integer({ min: 1, max: 9_999 }),
        fc.constantFrom("approved", "approved", "approved", "submitted"),
      ),
    },
    { weight: 2, arbitrary: fc.constantFrom("close" as const, "bill" as const) },
  ),
  { minLength: 4, maxLength: 9 },
);

/** In cents: what documents come to, less their credits, and what both expenses cost at 0.9173 with 12.5 % on top, each rounded once. */
const askedAndSpent = async (firm: Firm) =>
  (await firm.as("auditor"))((scope) =>
    query<{ asked: string; spent: string }>(
      scope.tx,
      `select (select coalesce(sum(net_minor), 0) from invoices where number is not null)::text as asked,
              (select coalesce(sum(round(amount_minor * 0.9173 * 1.125)), 0) from work_items where current)::text as spent`,
    ),
  );

it("whatever the order of edits and bills, what is asked for an expense is what its latest version comes to", async () => {
  await fc.assert(
    fc.asyncProperty(costMoves, async (steps) => {
      const firm = await newMovingFirm(database.current.pool, { engagement: { expense_markup_percent: "12.5%" } });
      const spend = (expense_key: string, cents: number, status: string) =>
        doStep(firm, { spend: [{ ...abroad, expense_key, status, paid: (cents / 100).toFixed(2) }] });
      const last = new Map<string, number>();
      for (const step of steps) {
        if (typeof step === "string") await doStep(firm, step);
        else {
          const [key, cents, status] = step;
          await spend(key, cents, status);
          last.set(key, cents);
          await doStep(firm, "revise");
        }
      }
      for (const [key, cents] of last) await spend(key, cents, "approved");
      await doStep(firm, "revise");
      for (const step of ["close", "close", "close"] as const) await doStep(firm, step);
      const [{ asked, spent }] = (await askedAndSpent(firm)) as [{ asked: string; spent: string }];
      expect(asked).toBe(spent);
      await mustRecompute(await firm.as("auditor"));
    }),
    { numRuns: 8, seed: 30 },
  );
}, 120_000);

const abroad = { currency: "USD", exchange_rate: "0.9173", exchange_on: "2026-10-05", exchange_source: "card" };
