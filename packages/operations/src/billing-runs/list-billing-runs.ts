import type { BillingRunFilter, BillingRunWire } from "@plumbline/contract/billing-run";
import type { Page } from "@plumbline/contract/page";
import { keysetPage } from "@plumbline/platform/keyset-page";
import { demand, type Scope } from "@plumbline/platform/scope";
import { matching, query } from "@plumbline/platform/sql";
import { runColumns, type RunRow, toRunWire } from "./find-billing-run.ts";

/**
 * Billing runs, newest first.
 *
 * @throws Problem `permission-missing` | `request-invalid` when the cursor is not of this list
 */
export async function listBillingRuns(scope: Scope, filter: BillingRunFilter): Promise<Page<BillingRunWire>> {
  demand(scope, "invoice.read");
  const { where, values } = matching({ "r.state": filter.state });
  const page = keysetPage(filter, { sort: { "r.id": "uuid" }, direction: "desc" });
  const rows = await query<RunRow & { readonly page_keys: readonly string[] }>(
    scope.tx,
    `select ${runColumns}, ${page.keys} from billing_runs r where ${where} and ${page.after} ${page.tail}`,
    [...values, ...page.values],
  );
  return page.of(rows, toRunWire);
}
