import { expect } from "vitest";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { monthPeriod, type Period } from "@plumbline/domain/calendar/period";
import type { Amendments } from "@plumbline/domain/engagement/change-order";
import type { EngagementId, Id } from "@plumbline/domain/id";
import { money } from "@plumbline/domain/money/money";
import { Problem } from "@plumbline/domain/problem";
import { billableClient } from "./billable-client.ts";
import { closeMonth, closersOf } from "./close-month.ts";
import { type Firm, newFirm } from "./firm.ts";
import { useTestDatabase } from "./test-database.ts";
import { mustRecompute } from "./what-differs.ts";
import { runBilling } from "@plumbline/operations/billing-runs/run-billing";
import { draftChangeOrder } from "@plumbline/operations/change-orders/draft-change-order";
import { signChangeOrder } from "@plumbline/operations/change-orders/sign-change-order";

export const sha256 = "a".repeat(64);
export const day = (text: string) => text as LocalDate;

export const engagement = {
  engagement_key: "e1",
  client_key: "c1",
  code: "E-1",
  approver_email: "manager@firm.example",
};
const rate = { card_key: "std", role: "Senior", price: "100.00", effective_from: "2020-01-01" };
export const time = (key: string, on: string, hours: string) => ({
  entry_key: key,
  worker_key: "w1",
  project_key: "p1",
  work_date: on,
  hours,
  role: "Senior",
  status: "approved",
  narrative: "Calculated the load of the crane",
});

type Order = {
  readonly engagement: EngagementId;
  readonly number?: string;
  readonly from: string;
  readonly amends?: Amendments;
  readonly charge?: { readonly description: string; readonly minor: bigint };
};

/** A firm that bills by the hour, with one engagement and one project, and those who draft and sign. For tests. */
export function useChangingFirm() {
  const database = useTestDatabase();
  let now = new Date();
  const at = (instant: string) => {
    now = new Date(instant);
  };
  async function firmWith(terms: Readonly<Record<string, string>> = {}) {
    at("2026-11-20T10:00:00Z");
    const firm = await newFirm(database.current.pool, { clock: () => now });
    await firm.take("clients", [billableClient("c1", { name: "Bright" })]);
    await firm.take("rate_cards", [{ card_key: "std", currency: "EUR", is_default: "yes" }]);
    await firm.take("workers", [{ worker_key: "w1", name: "Ada" }]);
    expect(await firm.take("engagements", [{ ...engagement, ...terms }])).toMatchObject({ quarantined: 0 });
    await firm.take("projects", [{ project_key: "p1", engagement_key: "e1", name: "Crane" }]);
    expect(await firm.take("rates", [rate])).toMatchObject({ quarantined: 0 });
    const [ids] = await rows(
      firm,
      "select e.id as engagement, p.id as project from engagements e join projects p using (tenant_id) where tenant_id = $1",
    );
    return { firm, ...(ids as { readonly engagement: EngagementId; readonly project: string }) };
  }

  const rows = async (firm: Firm, sql: string): Promise<Record<string, string>[]> =>
    (await database.current.admin.query<Record<string, string>>(sql, [firm.tenantId])).rows;
  const lines = (firm: Firm) =>
    rows(
      firm,
      `select i.number_text as number, l.description, l.minutes::int, l.net_minor, l.because
       from invoices i join invoice_lines l on l.tenant_id = i.tenant_id and l.invoice_id = i.id and l.content_version = i.content_version
      where i.tenant_id = $1 and i.stage <> 'discarded' order by i.number, l.description`,
    );
  const quarantined = async (firm: Firm) =>
    (
      await rows(
        firm,
        `select i ->> 'field' as field, i ->> 'reason' as reason from quarantined_rows q, jsonb_array_elements(q.issues) i
          where q.tenant_id = $1 order by q.id`,
      )
    ).map(({ field, reason }) => `${field}: ${reason}`);

  async function close(firm: Firm, text: string) {
    const runner = await firm.as("billing-runner");
    await closeMonth(await closersOf(firm), {
      period: monthPeriod(text) as Period,
      bill: async (billingRunId) => void (await runBilling(runner, { billingRunId })),
    });
    await mustRecompute(await firm.as("auditor"));
  }

  const draft = async (firm: Firm, { engagement: engagementId, number = "3", from, amends = {}, charge }: Order) =>
    (await firm.as("coordinator"))((scope) =>
      draftChangeOrder(scope, {
        engagementId,
        number,
        effectiveOn: day(from),
        reason: "the client asked for more",
        amends,
        ...(charge && { charge: { description: charge.description, amount: money(charge.minor, "EUR") } }),
      }),
    );
  const sign = async (firm: Firm, changeOrderId: Id<"change-order">, who: "controller" | "manager" = "controller") =>
    (await firm.as(who))((scope) =>
      signChangeOrder(scope, {
        changeOrderId,
        signedOn: day("2026-11-12"),
        evidence: { document: "co-3.pdf", sha256 },
      }),
    );
  const signed = async (firm: Firm, order: Order) => {
    const id = await draft(firm, order);
    await sign(firm, id);
    return id;
  };

  return { database, at, firmWith, rows, lines, quarantined, close, draft, sign, signed };
}

/** What is wrong, by member. */
export const refusal = async (work: Promise<unknown>) => {
  const problem = await work.then(
    () => undefined,
    (error: unknown) => (error instanceof Problem ? error : Promise.reject(error as Error)),
  );
  if (problem === undefined) throw new Error("nothing was refused");
  const errors = (problem.extra["errors"] ?? []) as { field: string; reason: string }[];
  return [problem.kind, ...errors.map(({ field, reason }) => `${field}: ${reason}`)];
};
