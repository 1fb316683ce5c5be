import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { EngagementId, ProjectId, WorkerId } from "@plumbline/domain/id";
import { type Currency, isCurrency } from "@plumbline/domain/money/currency";
import { type ExchangeRate, isRate } from "@plumbline/domain/money/exchange";
import type { Proof } from "@plumbline/domain/worklog/work-piece";
import type { Scope } from "@plumbline/platform/scope";
import { insertRows } from "@plumbline/platform/sql";
import { changeBilledVersions, firstVersions, type Versioned } from "../change-versions.ts";
import type { ImportKindSpec } from "../import-kind.ts";
import { cut, type RowReader } from "../row-reader.ts";
import { readProof, saveProofs } from "../save-proofs.ts";
import { readAmount } from "./read-amount.ts";

type ExpenseItem = {
  readonly project:
    | { readonly id: ProjectId; readonly engagementId: EngagementId; readonly currency: Currency }
    | undefined;
  readonly workerId: WorkerId | undefined;
  readonly kind: "expense" | "disbursement";
  readonly spentOn: LocalDate | undefined;
  readonly status: (typeof statuses)[number];
  readonly category: string;
  readonly description: string;
  readonly currency: Currency;
  readonly paidMinor: bigint;
  readonly recoverableVatMinor: bigint;
  readonly exchange: ExchangeRate | undefined;
  readonly receipt: Proof | undefined;
};

const statuses = ["submitted", "approved", "rejected"] as const;

export const expenses: ImportKindSpec<ExpenseItem> = {
  keyField: "expense_key",
  key: (row) => row.key("expense_key"),
  read: (row, references) => {
    const project = row.lookUp("project_key", references.projects, "project");
    const here = project?.currency ?? "EUR";
    const currency = currencyOf(row, here);
    const kind = row.yesNo("as_agent", false) ? ("disbursement" as const) : ("expense" as const);
    const paidMinor = readAmount(row, "paid", currency) ?? 0n;
    return {
      project,
      workerId: row.optional("worker_key", (field) => row.lookUp(field, references.workers, "worker")),
      kind,
      spentOn: row.date("spent_on"),
      status: row.oneOf("status", statuses, "submitted"),
      category: row.needed("category", 60),
      description: row.needed("description", 300),
      currency,
      paidMinor,
      recoverableVatMinor: vatOf(row, { kind, currency, paidMinor }),
      exchange: exchangeOf(row, currency !== here),
      receipt: readProof(row, "receipt"),
    };
  },
  add: (scope, items) => saveVersions(scope, firstVersions(items)),
  change: (scope, items) => changeBilledVersions(scope, items, saveVersions),
};

function currencyOf(row: RowReader, otherwise: Currency): Currency {
  const text = row.optional("currency", row.key) ?? otherwise;
  if (isCurrency(text)) return text;
  row.refuse("currency", `“${cut(text)}” is not an ISO 4217 currency`);
  return otherwise;
}

function vatOf(
  row: RowReader,
  { kind, currency, paidMinor }: Pick<ExpenseItem, "kind" | "currency" | "paidMinor">,
): bigint {
  const vat = row.optional("recoverable_vat", (field) => readAmount(row, field, currency)) ?? 0n;
  if (vat > 0n && kind === "disbursement") {
    row.refuse("recoverable_vat", "is VAT on the client's own cost, which is not ours to recover");
  } else if (vat > 0n && vat >= paidMinor) row.refuse("recoverable_vat", "is not less than what was paid");
  return vat;
}

function exchangeOf(row: RowReader, needed: boolean): ExchangeRate | undefined {
  return row.optional("exchange_rate", (field) => {
    const rate = row.key(field);
    if (!needed) return row.refuse(field, "is a rate for an amount that is in the engagement's currency already");
    if (!isRate(rate)) return row.refuse(field, `“${cut(rate)}” is not an exchange rate such as 1.0845`);
    const on = row.date("exchange_on");
    return on && { rate, on, source: row.needed("exchange_source", 60) };
  });
}

async function saveVersions(scope: Scope, items: readonly Versioned<ExpenseItem>[]): Promise<void> {
  const receiptOf = await saveProofs(
    scope,
    "receipt",
    items.flatMap(({ id, item: { receipt } }) => (receipt === undefined ? [] : [{ subjectId: id, facts: receipt }])),
  );
  await insertRows(scope.tx, "work_items", items, {
    id: ["uuid", ({ id }) => id],
    version: ["int", ({ version }) => version],
    kind: ["text", ({ item }) => item.kind],
    engagement_id: ["uuid", ({ item }) => item.project?.engagementId],
    project_id: ["uuid", ({ item }) => item.project?.id],
    worked_on: ["date", ({ item }) => item.spentOn],
    amount_minor: ["bigint", ({ item }) => item.paidMinor - item.recoverableVatMinor],
    currency: ["text", ({ item }) => item.currency],
    status: ["text", ({ item }) => item.status],
  });
  await insertRows(scope.tx, "expenses", items, {
    id: ["uuid", ({ id }) => id],
    version: ["int", ({ version }) => version],
    worker_id: ["uuid", ({ item }) => item.workerId],
    category: ["text", ({ item }) => item.category],
    description: ["text", ({ item }) => item.description],
    paid_minor: ["bigint", ({ item }) => item.paidMinor],
    recoverable_vat_minor: ["bigint", ({ item }) => item.recoverableVatMinor],
    exchange_rate: ["numeric", ({ item }) => item.exchange?.rate],
    exchange_on: ["date", ({ item }) => item.exchange?.on],
    exchange_source: ["text", ({ item }) => item.exchange?.source],
    receipt_id: ["uuid", ({ id }) => receiptOf.get(id)],
  });
}
