import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { localDateIn } from "@plumbline/domain/calendar/time-zone";
import type { Id } from "@plumbline/domain/id";
import { Problem } from "@plumbline/domain/problem";
import { answerFault } from "@plumbline/domain/receivable/chargeback";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query, queryOne } from "@plumbline/platform/sql";
import { lockChargeback } from "./chargeback-store.ts";

type Input = {
  readonly chargebackId: Id<"chargeback">;
  readonly evidence: { readonly document: string; readonly sha256: string };
  /** Today where the legal entity is, when absent. */
  readonly answeredOn?: LocalDate | undefined;
};

/**
 * Notes that a chargeback was answered, with what proves that the money is the firm's. An answer counts until its day, where
 * the legal entity is, and is given once.
 *
 * @throws Problem `permission-missing` | `chargeback-not-found` | `chargeback-decided` | `chargeback-refused`
 */
export async function answerChargeback(scope: Scope, { chargebackId, evidence, ...input }: Input): Promise<void> {
  demand(scope, "payment.record");
  const { chargeback, paid } = await lockChargeback(scope, chargebackId);
  if (chargeback.state === "answered")
    throw new Problem("chargeback-refused", { detail: "It was answered already, and cases are answered once." });
  const { time_zone: zone } = await queryOne<{ time_zone: string }>(
    scope.tx,
    "select time_zone from legal_entities where id = ?",
    [paid.legalEntityId],
  );
  const today = localDateIn(scope.now, zone);
  const answeredOn = input.answeredOn ?? today;
  const fault = answerFault(chargeback, { answeredOn, today });
  if (fault !== undefined) throw new Problem("chargeback-refused", { detail: fault });
  await query(
    scope.tx,
    "update chargebacks set state = 'answered', answered_on = ?, evidence = ?, evidence_hash = ? where id = ?",
    [answeredOn, evidence.document, evidence.sha256, chargebackId],
  );
  await scope.emit([{ name: "chargeback.answered", subjectId: chargebackId, data: { paymentId: paid.id } }]);
  await scope.audit([{ action: "chargeback.answered", subjectId: chargebackId, afterHash: evidence.sha256 }]);
}
