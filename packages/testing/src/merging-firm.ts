import type { ImportKind } from "@plumbline/contract/import-row";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { monthPeriod, type Period } from "@plumbline/domain/calendar/period";
import type { ClientId, EngagementId, LegalEntityId } from "@plumbline/domain/id";
import { parseDecimal } from "@plumbline/domain/money/decimal";
import type { Money } from "@plumbline/domain/money/money";
import type { MergeContradiction } from "@plumbline/domain/party/client-merge";
import { Problem } from "@plumbline/domain/problem";
import { runBilling } from "@plumbline/operations/billing-runs/run-billing";
import { mergeClients } from "@plumbline/operations/clients/merge-clients";
import { planMerge } from "@plumbline/operations/clients/plan-merge";
import { agreeCollectingTerms } from "@plumbline/operations/collecting/agree-collecting-terms";
import { runDunning } from "@plumbline/operations/collecting/run-dunning";
import { netAccount } from "@plumbline/operations/payments/net-account";
import { recordPayment } from "@plumbline/operations/payments/record-payment";
import { receiveTrust } from "@plumbline/operations/trust/receive-trust";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import type { TenantPool } from "@plumbline/platform/tenancy";
import { billableClient } from "./billable-client.ts";
import { closeMonth, closersOf } from "./close-month.ts";
import { type Firm, newFirm } from "./firm.ts";
import { stateOf } from "./merged-state.ts";

type Row = Readonly<Record<string, string>>;
type Rows = Partial<Record<ImportKind, readonly Row[]>>;

/** Something that is done on a day, and what comes of it. Clients are named by their keys in the file: c1, c2, … */
type Step = { readonly on: string; readonly gives: string | readonly string[] } & (
  | { readonly take: Rows }
  | { readonly bill: string; readonly work: readonly Row[] }
  | { readonly pay: string; readonly from: string; readonly engagement?: string }
  | { readonly trust: string; readonly engagement: string }
  | { readonly net: string }
  | { readonly agree: string; readonly days: readonly number[] }
  | { readonly remind: "all" }
  | { readonly plan: string; readonly into: string }
  | { readonly merge: string; readonly into: string; readonly accepts?: readonly MergeContradiction[] }
);

export type MergingScenario = {
  readonly title: string;
  readonly rule: string;
  /** What the two clients say besides being billable, by key. */
  readonly clients?: Readonly<Record<string, Row>>;
  readonly given?: Rows;
  readonly do: readonly Step[];
  readonly expect: {
    readonly owed?: readonly string[];
    readonly held?: readonly string[];
    readonly aliases?: readonly string[];
  };
};

/** A firm with two clients of one engagement each; what is done tells what comes of it. */
export async function playMerging(pool: TenantPool, { clients = {}, given = {}, do: steps }: MergingScenario) {
  const clock = { now: new Date(`${steps[0]?.on}T08:00:00Z`) };
  const firm = await newFirm(pool, { clock: () => clock.now });
  await takeRows(firm, masterData(clients));
  await takeRows(firm, given);
  const said: (string | readonly string[])[] = [];
  for (const [index, step] of steps.entries()) {
    clock.now = new Date(`${step.on}T10:00:00Z`);
    said.push(await play(firm, step, index).catch(toRefusal));
  }
  return { said, state: await stateOf(firm) };
}

const masterData = (clients: Readonly<Record<string, Row>>): Rows => ({
  clients: ["c1", "c2"].map((key) =>
    billableClient(key, { tax_id: "DE1", legal_name: "Nordwind GmbH", ...clients[key] }),
  ),
  rate_cards: [{ card_key: "std", currency: "EUR" }],
  engagements: ["1", "2"].map((key) => ({
    engagement_key: `e${key}`,
    client_key: `c${key}`,
    code: `E-${key}`,
    card_key: "std",
    approver_email: "manager@firm.example",
    payment_terms_days: "14",
  })),
  projects: ["1", "2"].map((key) => ({ project_key: `p${key}`, engagement_key: `e${key}`, name: `Project ${key}` })),
  workers: [{ worker_key: "w1", name: "Ann" }],
  worker_grades: [{ worker_key: "w1", grade: "Senior", from_date: "2020-01-01" }],
  rates: [{ card_key: "std", role: "Senior", price: "100.00", effective_from: "2026-01-01" }],
});

async function takeRows(firm: Firm, kinds: Rows): Promise<readonly string[]> {
  const said: string[] = [];
  for (const [kind, rows] of Object.entries(kinds)) {
    const { importId, ...counts } = await firm.take(kind as ImportKind, rows);
    const { added, changed, unchanged } = counts;
    said.push(
      ...Object.entries({ added, changed, unchanged }).flatMap(([name, count]) =>
        count > 0 ? `${count} ${name}` : [],
      ),
    );
    const bad = await (
      await firm.as("auditor")
    )(({ tx }) =>
      query<{ said: string }>(
        tx,
        `select (x ->> 'field') || ' ' || (x ->> 'reason') as said
           from quarantined_rows q cross join lateral jsonb_array_elements(q.issues) x where q.import_id = ? order by q.line, 1`,
        [importId],
      ),
    );
    said.push(...bad.map(({ said: reason }) => reason));
  }
  return said;
}

async function play(firm: Firm, step: Step, index: number): Promise<string | readonly string[]> {
  if ("take" in step) return takeRows(firm, step.take);
  if ("bill" in step) return bill(firm, step, index);
  const who = await firm.as("merge" in step || "agree" in step ? "controller" : "collector");
  return who(async (scope) => {
    if ("plan" in step) return plan(scope, step);
    if ("merge" in step) {
      const { accepts = [] } = step;
      await mergeClients(scope, { ...(await pairOf(scope, step.merge, step.into)), accepts, reason: "imported twice" });
      return "merged";
    }
    const { legalEntityId } = await entityOf(scope);
    const eur = (text: string) => parseDecimal(text, "EUR") as Money;
    if ("pay" in step) {
      const clientId = await clientOf(scope, step.from);
      const ahead = step.engagement === undefined ? {} : { engagementId: await engagementOf(scope, step.engagement) };
      const receivedOn = step.on as LocalDate;
      await recordPayment(scope, {
        clientId,
        legalEntityId,
        amount: eur(step.pay),
        receivedOn,
        reference: "bank",
        ...ahead,
      });
      return "received";
    }
    if ("net" in step) {
      const clientId = await clientOf(scope, step.net);
      const { parts } = await netAccount(scope, { clientId, legalEntityId, currency: "EUR", to: "oldest_first" });
      return parts.map(({ amount }) => `${amount.minor}`);
    }
    if ("agree" in step) {
      const levels = step.days.map((daysPastDue, at) => ({ daysPastDue, textKey: `level-${at + 1}` }));
      const clientId = step.agree === "all" ? {} : { clientId: await clientOf(scope, step.agree) };
      const startsOn = step.on as LocalDate;
      const terms = { dunning: { levels, minimumMinor: "1" } };
      await agreeCollectingTerms(scope, { legalEntityId, currency: "EUR", startsOn, terms, ...clientId });
      return "agreed";
    }
    if ("trust" in step) {
      const engagementId = await engagementOf(scope, step.engagement);
      const paper = { document: "mandate.pdf", sha256: "a".repeat(64) };
      const about = {
        on: step.on as LocalDate,
        reference: "bank",
        reason: "advance",
        authority: "mandate",
        evidence: paper,
      };
      await receiveTrust(scope, { engagementId, amount: eur(step.trust), ...about });
      return "received";
    }
    await runDunning(scope, { on: step.on as LocalDate });
    return (await query<{ said: string }>(scope.tx, noticesSql, [step.on])).map(({ said }) => said);
  });
}

const noticesSql = `
  select c.name || ' level ' || n.level || ': ' || string_agg(i.number_text || ' at ' || m.level, ', ' order by i.number) as said
    from dunning_notices n join clients c on c.id = n.client_id
    join dunning_items m on m.notice_id = n.id join invoices i on i.id = m.invoice_id
   where n.dunned_on = ? group by n.id, c.name, n.level order by 1`;

async function bill(firm: Firm, step: Extract<Step, { bill: string }>, index: number): Promise<readonly string[]> {
  const usual = { worker_key: "w1", status: "approved", narrative: "work", work_date: `${step.bill}-05` };
  await firm.take(
    "time_entries",
    step.work.map((row, at) => ({ ...usual, entry_key: `s${index}-${at}`, ...row })),
  );
  const runner = await firm.as("billing-runner");
  const closed = await closeMonth(await closersOf(firm), {
    period: monthPeriod(step.bill) as Period,
    bill: async (billingRunId) => {
      await runBilling(runner, { billingRunId });
    },
  });
  const rows = await runner(({ tx }) => query<{ said: string }>(tx, issuedSql, [step.on]));
  return [...Object.keys(closed.refused).map((kind) => `not issued: ${kind}`), ...rows.map(({ said }) => said)];
}

const issuedSql = `
  select i.number_text || ' ' || c.name || ': ' || string_agg(e.code || ' ' || l.minutes || ' min at ' || l.price_minor || ' = ' || l.net_minor, '; ' order by l.position)
         || ', tax ' || i.tax_minor as said
    from invoices i join clients c on c.id = i.client_id
    join invoice_lines l on l.tenant_id = i.tenant_id and l.invoice_id = i.id and l.content_version = i.content_version
    join engagements e on e.id = l.engagement_id
   where i.number is not null and i.issued_on = ? group by i.number_text, i.number, c.name, i.tax_minor order by i.number`;

async function plan(scope: Scope, step: Extract<Step, { plan: string }>): Promise<readonly string[]> {
  const { moves, contradictions, mergeable } = await planMerge(scope, await pairOf(scope, step.plan, step.into));
  return [
    ...moves.map(({ item, count, amounts }) =>
      [item, count, ...amounts.map(({ amount, currency }) => `${amount} ${currency}`)].join(" "),
    ),
    ...contradictions.map(({ code, blocks, reason }) => `${code}${blocks ? " blocks" : ""}: ${reason}`),
    mergeable ? "mergeable" : "not mergeable",
  ];
}

const pairOf = async (scope: Scope, merged: string, survivor: string) => ({
  mergedId: await clientOf(scope, merged),
  survivorId: await clientOf(scope, survivor),
});

async function clientOf({ tx }: Scope, key: string): Promise<ClientId> {
  const [row] = await query<{ id: ClientId }>(
    tx,
    "select subject_id as id from external_refs where kind = 'clients' and external_id = ?",
    [key],
  );
  if (row === undefined) throw new Error(`there is no client ${key}`);
  return row.id;
}

async function engagementOf({ tx }: Scope, code: string): Promise<EngagementId> {
  const [row] = await query<{ id: EngagementId }>(tx, "select id from engagements where code = ?", [code]);
  if (row === undefined) throw new Error(`there is no engagement ${code}`);
  return row.id;
}

async function entityOf({ tx }: Scope): Promise<{ readonly legalEntityId: LegalEntityId }> {
  const [row] = await query<{ legalEntityId: LegalEntityId }>(tx, 'select id as "legalEntityId" from legal_entities');
  if (row === undefined) throw new Error("there is no legal entity");
  return row;
}

const toRefusal = (cause: unknown): string => {
  if (cause instanceof Problem) return `${cause.kind}: ${cause.detail ?? ""}`;
  throw cause;
};
