import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { ClientId, Id, InvoiceId } from "@plumbline/domain/id";
import type { PolicyBundle } from "@plumbline/domain/policy/evaluate";
import { Problem } from "@plumbline/domain/problem";
import { demand, type Scope } from "@plumbline/platform/scope";
import { insertRows, query } from "@plumbline/platform/sql";
import { currentBundle, loadBundle } from "../policies/policy-bundles.ts";

export type WaiverId = Id<"waiver">;
type Said = { readonly rule: string; readonly days: number; readonly reason: string };

/**
 * Lets what a rule says about one invoice not stop it, until a day. The ruling stays and shows; the waiver is about the content
 * that was seen, and is given by somebody who had no part in it.
 *
 * @throws Problem `permission-missing` | `invoice-not-found` | `content-changed` | `duties-not-separate` | `waiver-refused`
 */
export async function waiveForInvoice(
  scope: Scope,
  { invoiceId, contentHash, ...said }: Said & { readonly invoiceId: InvoiceId; readonly contentHash: string },
): Promise<WaiverId> {
  demand(scope, "exception.waive");
  const [invoice] = await query<InvoiceRow>(scope.tx, invoiceSql, [said.rule, scope.actor.id, invoiceId]);
  if (invoice === undefined) throw new Problem("invoice-not-found");
  if (invoice.hadPart)
    throw new Problem("duties-not-separate", {
      detail: "You prepared or submitted this invoice: somebody who had no part in it waives what stands against it.",
    });
  if (invoice.issued) throw refused("It is issued already.");
  if (invoice.contentHash !== contentHash) throw new Problem("content-changed");
  if (!invoice.stands) throw refused(`Nothing that ${said.rule} says stops this invoice.`);
  refuseUnwaivable(await loadBundle(scope.tx, invoice.bundleHash), said.rule);
  const waiver = await saveWaiver(scope, { ...said, invoiceId, contentHash });
  const data = { waiverId: waiver.id, rule: said.rule, until: waiver.until, reason: said.reason };
  await scope.emit([{ name: "invoice.rule_waived", subjectId: invoiceId, data }]);
  await scope.audit([{ action: "invoice.rule_waived", subjectId: invoiceId, reason: `${said.rule}: ${said.reason}` }]);
  return waiver.id;
}

type InvoiceRow = {
  readonly contentHash: string;
  readonly bundleHash: string;
  readonly issued: boolean;
  /** Whether the rule stops it. */
  readonly stands: boolean;
  readonly hadPart: boolean;
};

const invoiceSql = `
  select i.content_hash as "contentHash", i.bundle_hash as "bundleHash", i.number is not null as issued,
         exists (select from exceptions x where x.tenant_id = i.tenant_id and x.invoice_id = i.id and x.state = 'open'
                   and x.severity = 'block' and x.code = ?) as stands,
         app.had_part_in(i, ?::uuid) as "hadPart"
    from invoices i where i.id = ? for update`;

/**
 * Lets what a rule says about invoices of a client not stop them, until a day, where whoever gives it had no part in them.
 *
 * @throws Problem `permission-missing` | `client-not-found` | `policy-missing` | `waiver-refused`
 */
export async function waiveForClient(
  scope: Scope,
  { clientId, ...said }: Said & { readonly clientId: ClientId },
): Promise<WaiverId> {
  demand(scope, "exception.waive");
  const found = await query(scope.tx, "select from clients where id = ?", [clientId]);
  if (found.length === 0) throw new Problem("client-not-found");
  refuseUnwaivable(await loadBundle(scope.tx, await currentBundle(scope)), said.rule);
  const waiver = await saveWaiver(scope, { ...said, clientId });
  const data = { waiverId: waiver.id, rule: said.rule, until: waiver.until, reason: said.reason };
  await scope.emit([{ name: "client.rule_waived", subjectId: clientId, data }]);
  await scope.audit([{ action: "client.rule_waived", subjectId: clientId, reason: `${said.rule}: ${said.reason}` }]);
  return waiver.id;
}

function refuseUnwaivable({ packs }: PolicyBundle, id: string): void {
  const rule = packs.flatMap(({ rules }) => rules).find((each) => each.id === id);
  if (rule === undefined) throw refused(`${id} is no rule of the firm's policies.`);
  if (rule.on !== "invoice") throw refused(`${id} is about work: what it holds is cured, not waived.`);
  if (rule.waivable === false) throw refused(`${id} says that nobody may waive it.`);
}

const refused = (detail: string) => new Problem("waiver-refused", { detail });

async function saveWaiver(
  scope: Scope,
  waiver: Said & { readonly invoiceId?: InvoiceId; readonly contentHash?: string; readonly clientId?: ClientId },
): Promise<{ readonly id: WaiverId; readonly until: LocalDate }> {
  const id = scope.newId<"waiver">();
  const [saved] = await insertRows<typeof waiver, { until: LocalDate }>(
    scope.tx,
    "waivers",
    [waiver],
    {
      id: ["uuid", () => id],
      rule: ["text", (row) => row.rule],
      invoice_id: ["uuid", (row) => row.invoiceId],
      content_hash: ["text", (row) => row.contentHash],
      client_id: ["uuid", (row) => row.clientId],
      reason: ["text", (row) => row.reason],
    },
    {
      // By the database's day, as whoever asks whether it still counts.
      constants: { until_on: ["(now() at time zone 'UTC')::date + ?::int - 1", waiver.days] },
      suffix: "returning until_on as until",
    },
  );
  if (saved === undefined) throw new Error("a waiver was not saved");
  return { id, until: saved.until };
}
