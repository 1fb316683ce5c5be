import type { z } from "zod";
import type { Page } from "@plumbline/contract/page";
import type { promiseFilter, PromiseWire } from "@plumbline/contract/promise";
import { Problem } from "@plumbline/domain/problem";
import { keysetPage } from "@plumbline/platform/keyset-page";
import { demand, type Scope } from "@plumbline/platform/scope";
import { matching, query } from "@plumbline/platform/sql";
import { nowIs, promiseFrom, promiseFromRow, type PromiseRow, promiseSelect } from "./promise-rows.ts";

/**
 * Promises to pay with what became of them by today, newest first.
 *
 * @throws Problem `permission-missing` | `request-invalid` when the cursor is not of this list
 */
export async function listPromises(
  scope: Scope,
  filter: z.output<z.ZodObject<typeof promiseFilter>>,
): Promise<Page<PromiseWire>> {
  demand(scope, "receivable.read");
  const page = keysetPage(filter, { sort: { "p.id": "uuid" }, direction: "desc" });
  const { where, values } = matching({ "p.client_id": filter.clientId, "k.state": filter.state });
  const rows = await query<PromiseRow & { readonly page_keys: readonly string[] }>(
    scope.tx,
    `${nowIs} select ${promiseSelect}, ${page.keys} from ${promiseFrom} where ${where} and ${page.after} ${page.tail}`,
    [scope.now, ...values, ...page.values],
  );
  return page.of(rows, promiseFromRow);
}

/** @throws Problem `permission-missing` | `promise-not-found` */
export async function findPromise(scope: Scope, { promiseId }: { readonly promiseId: string }): Promise<PromiseWire> {
  demand(scope, "receivable.read");
  const [row] = await query<PromiseRow>(
    scope.tx,
    `${nowIs} select ${promiseSelect} from ${promiseFrom} where p.id = ?`,
    [scope.now, promiseId],
  );
  if (row === undefined) throw new Problem("promise-not-found");
  return promiseFromRow(row);
}
