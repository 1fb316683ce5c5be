import type { PaymentWire } from "@plumbline/contract/payment";
import { Problem } from "@plumbline/domain/problem";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { listApplications } from "./application-rows.ts";
import { paymentFrom, type PaymentRow, paymentSelect, toSummary } from "./payment-rows.ts";

/** @throws Problem `permission-missing` | `payment-not-found` */
export async function findPayment(scope: Scope, { paymentId }: { readonly paymentId: string }): Promise<PaymentWire> {
  demand(scope, "receivable.read");
  const [row] = await query<PaymentRow>(scope.tx, `select ${paymentSelect} from ${paymentFrom} where y.id = ?`, [
    paymentId,
  ]);
  if (row === undefined) throw new Problem("payment-not-found");
  return { ...toSummary(row), applications: await listApplications(scope, { paymentId }) };
}
