import type pg from "pg";
import type { InvoiceId } from "@plumbline/domain/id";
import type { TenantPool } from "@plumbline/platform/tenancy";
import { billedFirm } from "./billed-firm.ts";
import type { Firm } from "./firm.ts";

const weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/** A billed firm that works around the clock, so that what is due does not depend on when a test runs. */
export async function waitingFirm(
  pool: TenantPool,
  options: Parameters<typeof billedFirm>[1] = {},
): Promise<{ readonly firm: Firm; readonly ids: readonly InvoiceId[] }> {
  const { firm, ids } = await billedFirm(pool, options);
  await firm.take(
    "business_hours",
    weekdays.map((weekday) => ({ weekday, opens: "00:00", closes: "24:00" })),
  );
  return { firm, ids };
}

/** Lets the clocks of a firm that run have waited for so long, which no operation could: they go by the database's time. */
export async function letWait(admin: pg.Client, { tenantId }: Pick<Firm, "tenantId">, interval: string): Promise<void> {
  await admin.query("begin");
  await admin.query("set local session_replication_role = replica");
  await admin.query(
    `update clocks set since = now() - $2::interval, due_at = null, next_at = now()
      where tenant_id = $1 and stopped_at is null`,
    [tenantId, interval],
  );
  await admin.query("commit");
}
