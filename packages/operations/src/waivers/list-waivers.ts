import type { Page } from "@plumbline/contract/page";
import type { WaiverWire } from "@plumbline/contract/waiver";
import type { ClientId } from "@plumbline/domain/id";
import { keysetPage } from "@plumbline/platform/keyset-page";
import { demand, type Scope } from "@plumbline/platform/scope";
import { matching, query, queryOne } from "@plumbline/platform/sql";
import type { WaiverId } from "./waive-rule.ts";

/**
 * Waivers, newest first, those that expired among them.
 *
 * @throws Problem `permission-missing` | `request-invalid` for a cursor of another list
 */
export async function listWaivers(
  scope: Scope,
  filter: {
    readonly clientId?: ClientId | undefined;
    readonly limit: number;
    readonly cursor?: string | undefined;
  },
): Promise<Page<WaiverWire>> {
  demand(scope, "invoice.read");
  const { where, values } = matching({ "c.id": filter.clientId });
  const page = keysetPage(filter, { sort: { "w.id": "uuid" }, direction: "desc" });
  const rows = await query<Row>(
    scope.tx,
    `select ${columns}, ${page.keys} from ${tables} where ${where} and ${page.after} ${page.tail}`,
    [...values, ...page.values],
  );
  return page.of(rows, toWire);
}

/** Answers with one that is there. */
export const showWaiver = async (scope: Scope, id: WaiverId): Promise<WaiverWire> =>
  toWire(await queryOne<Row>(scope.tx, `select ${columns} from ${tables} where w.id = ?`, [id]));

type Row = Omit<WaiverWire, "invoiceId"> & {
  readonly invoiceId: string | null;
  readonly page_keys: readonly string[];
};

const toWire = ({ page_keys: _keys, invoiceId, ...row }: Row): WaiverWire => ({
  ...row,
  ...(invoiceId !== null && { invoiceId }),
});

const columns = `
  w.id, w.rule, w.invoice_id as "invoiceId", jsonb_build_object('id', c.id, 'name', c.name) as client, w.until_on as until, w.reason,
  jsonb_build_object('by', m.name, 'at', to_char(w.given_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) as given,
  w.until_on >= (now() at time zone 'UTC')::date and w.content_hash is not distinct from i.content_hash as "isCurrent"`;

const tables = `
  waivers w
  left join invoices i on i.tenant_id = w.tenant_id and i.id = w.invoice_id
  join clients c on c.tenant_id = w.tenant_id and c.id = coalesce(w.client_id, i.client_id)
  join memberships m on m.tenant_id = w.tenant_id and m.id = w.given_by`;
