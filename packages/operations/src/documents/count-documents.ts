import { demand, type Scope } from "@plumbline/platform/scope";
import { queryOne } from "@plumbline/platform/sql";
import { documentFormats } from "./plan-documents.ts";

/**
 * How far the documents of the issued invoices are.
 *
 * @throws Problem `permission-missing`
 */
export async function countDocuments(scope: Scope): Promise<{ readonly rendered: number; readonly wanted: number }> {
  demand(scope, "invoice.read");
  const { rendered, issued } = await queryOne<{ rendered: number; issued: number }>(
    scope.tx,
    `select (select count(*)::int from documents) as rendered,
            (select count(*)::int from invoices where number is not null) as issued`,
  );
  return { rendered, wanted: issued * documentFormats.length };
}
