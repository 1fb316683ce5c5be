import { beforeEach, describe, expect, it } from "vitest";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { ClientId, Id, InvoiceId, LegalEntityId } from "@plumbline/domain/id";
import { money } from "@plumbline/domain/money/money";
import { query } from "@plumbline/platform/sql";
import { billableClient } from "@plumbline/testing/billable-client";
import { type Firm, newFirm } from "@plumbline/testing/firm";
import { issueOctober } from "@plumbline/testing/mixed-firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { applyPayment } from "./apply-payment.ts";
import { findReceivable } from "./find-receivable.ts";
import { recordPayment } from "./record-payment.ts";

const database = useTestDatabase();
const clock = () => new Date("2026-11-03T10:00:00Z");
const eur = (minor: bigint) => money(minor, "EUR");

type Owed = { id: InvoiceId; clientId: ClientId; legalEntityId: LegalEntityId };
let firm: Firm;
let owed: Owed;
let paymentId: Id<"payment">;

/** 1190.00, of which 23.80 may be kept, and money for it that came in on the day. */
beforeEach(async () => {
  firm = await newFirm(database.current.pool, { clock });
  await firm.take("clients", [billableClient("c1")]);
  await firm.take("rate_cards", [{ card_key: "std", currency: "EUR", is_default: "yes" }]);
  const engagement = { engagement_key: "e1", client_key: "c1", code: "E-1", name: "Rollout", card_key: "std" };
  const agreed = { approver_email: "manager@firm.example", early_payment_discount: "2% within 10 days" };
  await firm.take("engagements", [{ ...engagement, ...agreed }]);
  await firm.take("projects", [{ project_key: "p1", engagement_key: "e1", name: "Rollout" }]);
  await firm.take("workers", [{ worker_key: "w1", name: "Ann Lee" }]);
  await firm.take("worker_grades", [{ worker_key: "w1", grade: "Senior", from_date: "2020-01-01" }]);
  await firm.take("rates", [{ card_key: "std", role: "Senior", price: "100.00", effective_from: "2026-01-01" }]);
  const entry = { entry_key: "t1", project_key: "p1", worker_key: "w1", work_date: "2026-10-06", hours: "10.00" };
  await firm.take("time_entries", [{ ...entry, status: "approved", narrative: "Set-up" }]);
  await issueOctober(firm);
  paymentId = await (
    await firm.as("collector")
  )(async (scope) => {
    const sql = `select id, payer_id as "clientId", legal_entity_id as "legalEntityId" from invoices`;
    [owed] = (await query<Owed>(scope.tx, sql)) as [Owed];
    const { clientId, legalEntityId } = owed;
    const receivedOn = "2026-11-03" as LocalDate;
    return recordPayment(scope, { clientId, legalEntityId, amount: eur(119_000n), receivedOn, reference: "wire" });
  });
});

/** Amounts with the discount that each is said to be short by. */
const apply = async (who: Parameters<Firm["as"]>[0], ...parts: readonly (readonly [bigint, bigint])[]) =>
  (await firm.as(who))((scope) =>
    applyPayment(scope, {
      paymentId,
      to: parts.map(([minor, kept]) => ({
        invoiceId: owed.id,
        amount: eur(minor),
        ...(kept > 0n && { residual: { kind: "discount_taken" as const, amount: eur(kept) } }),
      })),
    }),
  );

describe("whoever applies payments lets go of a discount", () => {
  it("as far as it was agreed, in one part or several", async () => {
    await apply("collector", [58_310n, 1_190n], [58_310n, 1_190n]);
    const auditor = await firm.as("auditor");
    const receivable = await auditor((scope) => findReceivable(scope, { invoiceId: owed.id }));
    expect(receivable).toMatchObject({ collection: "settled", open: { amount: "0.00" } });
  });

  it("in full once, and not for each part of a payment", async () => {
    await expect(apply("collector", [50_000n, 2_380n], [64_240n, 2_380n])).rejects.toMatchObject({
      kind: "permission-missing",
    });
  });

  it("of what is paid with it, and not of what is still owed", async () => {
    await expect(apply("collector", [1n, 2_380n])).rejects.toMatchObject({ kind: "permission-missing" });
    await expect(apply("collector", [10_000n, 205n])).rejects.toMatchObject({ kind: "permission-missing" });
    await expect(apply("collector", [10_000n, 204n])).resolves.toBeUndefined();
  });
});
