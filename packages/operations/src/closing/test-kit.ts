import { beforeEach } from "vitest";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { monthPeriod, type Period } from "@plumbline/domain/calendar/period";
import type { Id, LegalEntityId } from "@plumbline/domain/id";
import { money } from "@plumbline/domain/money/money";
import { Problem } from "@plumbline/domain/problem";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import type { Firm } from "@plumbline/testing/firm";
import { type IssuedInvoice, issuedFirm } from "@plumbline/testing/issued-firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { recordPayment } from "../payments/record-payment.ts";
import { closeMonth } from "./close-month.ts";
import { findChecklist } from "./find-checklist.ts";
import { reopenMonth } from "./reopen-month.ts";

export type Who = Parameters<Firm["as"]>[0];

export const eur = (minor: bigint) => money(minor, "EUR");
export const day = (text: string) => text as LocalDate;
const monthOf = (text: string) => monthPeriod(text) as Period;

/** A firm with two invoices of 238.00 of 20 December, and its books as they are looked at on 10 January. */
export function useBooks() {
  const database = useTestDatabase();
  let now: Date;
  let firm: Firm;
  let invoices: readonly IssuedInvoice[];
  let entity: LegalEntityId;
  beforeEach(async () => {
    now = new Date("2026-12-20T10:00:00Z");
    ({ firm, invoices } = await issuedFirm(database.current.pool, { more: 1, clock: () => now }));
    const rows = await as("auditor", ({ tx }) => query<{ id: LegalEntityId }>(tx, "select id from legal_entities"));
    entity = rows[0]?.id as LegalEntityId;
    now = new Date("2027-01-10T10:00:00Z");
  });
  const as = async <T>(who: Who, work: (scope: Scope) => Promise<T>): Promise<T> => (await firm.as(who))(work);
  const invoice = (index: number) => invoices[index] as IssuedInvoice;
  return {
    as,
    invoice,
    entity: () => entity,
    take: (...rows: Parameters<Firm["take"]>) => firm.take(...rows),
    checklist: (month = "2026-12") =>
      as("auditor", (scope) => findChecklist(scope, { legalEntityId: entity, month: monthOf(month) })),
    close: (month = "2026-12", who: Who = "controller") =>
      as(who, (scope) => closeMonth(scope, { legalEntityId: entity, month: monthOf(month) })),
    reopen: (monthCloseId: Id<"month-close">, who: Who) =>
      as(who, (scope) => reopenMonth(scope, { monthCloseId, reason: `said ${who}` })),
    pay: (minor: bigint, receivedOn: string, more: object = {}) =>
      as("collector", (scope) => recordPayment(scope, { ...paid(minor, receivedOn), ...more })),
    paid,
    /** Behind the database's back. */
    tamper: async (sql: string) => {
      const { admin } = database.current;
      await admin.query("set session_replication_role = replica");
      await admin.query(sql, [firm.tenantId]);
      await admin.query("reset session_replication_role");
    },
  };

  function paid(minor: bigint, receivedOn: string) {
    return {
      clientId: invoice(0).client,
      legalEntityId: entity,
      reference: "wire",
      amount: eur(minor),
      receivedOn: day(receivedOn),
    };
  }
}

/** How work that is refused is refused. */
export const refusal = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "done",
    (error: unknown) =>
      error instanceof Problem ? `${error.kind}: ${error.detail ?? ""}` : String((error as { code?: string }).code),
  );
