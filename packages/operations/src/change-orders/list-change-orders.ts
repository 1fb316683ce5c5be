import type { z } from "zod";
import type { changeOrderFilter, ChangeOrderWire } from "@plumbline/contract/change-order";
import type { Page } from "@plumbline/contract/page";
import { minorToWire } from "@plumbline/contract/scalar";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { Amendments, ChangeOrderState } from "@plumbline/domain/engagement/change-order";
import type { Cap } from "@plumbline/domain/engagement/terms";
import { instalmentsOf } from "@plumbline/domain/engagement/fixed-fee";
import type { Currency } from "@plumbline/domain/money/currency";
import { Problem } from "@plumbline/domain/problem";
import type { Proof } from "@plumbline/domain/worklog/work-piece";
import { keysetPage } from "@plumbline/platform/keyset-page";
import { demand, type Scope } from "@plumbline/platform/scope";
import { matching, query } from "@plumbline/platform/sql";

type Row = {
  readonly id: string;
  readonly engagement_id: string;
  readonly engagement_name: string;
  readonly number: string;
  readonly effective_from: LocalDate;
  readonly reason: string;
  readonly amends: Amendments;
  readonly description: string | null;
  readonly amount_minor: string | null;
  readonly currency: Currency;
  readonly state: ChangeOrderState;
  readonly drafted_name: string;
  readonly signed_on: LocalDate | null;
  readonly signed_name: string | null;
  readonly evidence: Proof | null;
};

/**
 * Change orders that match, as they were drafted, newest first.
 *
 * @throws Problem `permission-missing` | `request-invalid` when the cursor is not of this list
 */
export async function listChangeOrders(
  scope: Scope,
  filter: z.output<z.ZodObject<typeof changeOrderFilter>>,
): Promise<Page<ChangeOrderWire>> {
  demand(scope, "invoice.read");
  const page = keysetPage(filter, { sort: { "o.drafted_at": "timestamptz", "o.id": "uuid" }, direction: "desc" });
  const { where, values } = matching({ "o.state": filter.state, "o.engagement_id": filter.engagementId });
  const rows = await query<Row & { readonly page_keys: readonly string[] }>(
    scope.tx,
    `select ${columns}, ${page.keys} from ${tables} where ${where} and ${page.after} ${page.tail}`,
    [...values, ...page.values],
  );
  return page.of(rows, fromRow);
}

/** @throws Problem `permission-missing` | `change-order-not-found` */
export async function findChangeOrder(
  scope: Scope,
  { changeOrderId }: { readonly changeOrderId: string },
): Promise<ChangeOrderWire> {
  demand(scope, "invoice.read");
  const [row] = await query<Row>(scope.tx, `select ${columns} from ${tables} where o.id = ?`, [changeOrderId]);
  if (row === undefined) throw new Problem("change-order-not-found");
  return fromRow(row);
}

const columns = `o.*, e.name as engagement_name, d.name as drafted_name, s.name as signed_name,
  jsonb_build_object('document', v.facts ->> 'document', 'sha256', v.facts ->> 'sha256') as evidence`;
const tables = `change_orders o
  join engagements e on e.tenant_id = o.tenant_id and e.id = o.engagement_id
  join memberships d on d.tenant_id = o.tenant_id and d.id = o.drafted_by
  left join memberships s on s.tenant_id = o.tenant_id and s.id = o.signed_by
  left join evidence v on v.tenant_id = o.tenant_id and v.id = o.evidence_id`;

function fromRow(row: Row): ChangeOrderWire {
  const { state, currency, description, amount_minor: minor } = row;
  return {
    id: row.id,
    engagement: { id: row.engagement_id, name: row.engagement_name },
    number: row.number,
    state,
    effectiveOn: row.effective_from,
    reason: row.reason,
    amends: toWire(row.amends, currency),
    ...(minor !== null && description !== null && { charge: { description, amount: minorToWire(minor, currency) } }),
    draftedBy: row.drafted_name,
    ...(row.signed_on !== null && { signedOn: row.signed_on }),
    ...(row.signed_name !== null && { signedBy: row.signed_name }),
    ...(state === "signed" && row.evidence !== null && { evidence: row.evidence }),
  };
}

function toWire(amends: Amendments, currency: Currency): ChangeOrderWire["amends"] {
  const { cap, projectCaps, fee, milestones, orders, rates } = amends;
  const wire = (minor: string | bigint) => minorToWire(minor, currency);
  const capWire = ({ amountMinor, minutes, includesExpenses }: Cap) => ({
    ...(amountMinor !== undefined && { amount: wire(amountMinor) }),
    ...(minutes !== undefined && { hours: minutes / 60 }),
    ...(includesExpenses !== undefined && { includesExpenses }),
  });
  return {
    ...(cap && { cap: capWire(cap) }),
    ...(projectCaps && { projectCaps: projectCaps.map(({ projectId, cap: of }) => ({ projectId, ...capWire(of) })) }),
    ...(fee && {
      fee: {
        amount: wire(fee.amountMinor),
        instalments: instalmentsOf(fee, currency).map(({ dueOn, amountMinor }) => ({
          dueOn,
          amount: wire(amountMinor),
        })),
      },
    }),
    ...(milestones && {
      milestones: milestones.map(({ milestoneId, amountMinor, dueOn }) => ({
        milestoneId,
        ...(amountMinor !== undefined && { amount: wire(amountMinor) }),
        ...(dueOn !== undefined && { dueOn }),
      })),
    }),
    ...(orders && {
      orders: orders.map(({ number, amountMinor, validTo }) => ({
        number,
        amount: wire(amountMinor),
        ...(validTo !== undefined && { validTo }),
      })),
    }),
    ...(rates && { rates: rates.map(({ priceMinor, ...rate }) => ({ ...rate, price: wire(priceMinor) })) }),
  };
}
