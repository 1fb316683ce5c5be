import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { type FixedFee, instalmentsToBill } from "@plumbline/domain/engagement/fixed-fee";
import type { Currency } from "@plumbline/domain/money/currency";
import { amountText } from "@plumbline/domain/money/decimal";
import type { Scope } from "@plumbline/platform/scope";
import { insertRows, query } from "@plumbline/platform/sql";

/** An engagement with the fee it is to have from now on; without one, what is not billed yet is withdrawn. */
export type AgreedFee = {
  readonly engagementId: string;
  readonly currency: Currency;
  readonly fee: FixedFee | undefined;
  /** The day from which it is agreed, when that is not the beginning: what was due before stays. */
  readonly from?: LocalDate;
};

type Row = {
  readonly id: string;
  readonly version: number;
  readonly engagementId: string;
  readonly number: number;
  readonly of: number;
  readonly dueOn: LocalDate;
  readonly feeMinor: string;
  readonly basisPoints: number | null;
  readonly amountMinor: string;
  readonly currency: Currency;
  readonly status: "approved" | "rejected";
};
type Known = Row & { readonly invoice: string | null };

/** Why a fee cannot be as it is said now, by engagement: an instalment that was issued stays what it was. */
export async function feeContradictions(
  scope: Scope,
  agreed: readonly AgreedFee[],
): Promise<ReadonlyMap<string, string>> {
  const known = await knownInstalments(scope, agreed);
  const wanted = new Map(agreed.flatMap(rowsOf).map((row) => [keyOf(row), row]));
  const fromOf = new Map(agreed.map(({ engagementId, from }) => [engagementId, from]));
  const reasons = new Map<string, string>();
  for (const row of known) {
    const from = fromOf.get(row.engagementId);
    const isPast = from !== undefined && row.dueOn < from && row.status === "approved";
    if ((row.invoice === null && !isPast) || sameSum(row, wanted.get(keyOf(row)))) continue;
    const what = `instalment ${row.number}, ${amountText(BigInt(row.amountMinor), row.currency)} due on ${row.dueOn},`;
    reasons.set(
      row.engagementId,
      row.invoice === null
        ? `${what} is due before ${from} and must stay`
        : `${what} was billed on invoice ${row.invoice} and must stay`,
    );
  }
  return reasons;
}

/** Makes each instalment a piece of work once. What changed gets a new version; what was issued is left as it is. */
export async function saveFeeInstalments(scope: Scope, agreed: readonly AgreedFee[]): Promise<void> {
  const known = new Map((await knownInstalments(scope, agreed)).map((row) => [keyOf(row), row]));
  const wanted = new Map(agreed.flatMap(rowsOf).map((row) => [keyOf(row), row]));
  const next: Row[] = [];
  for (const [key, row] of wanted) {
    const before = known.get(key);
    if (before === undefined) next.push({ ...row, id: scope.newId() });
    else if (before.invoice === null && !same(before, row)) {
      next.push({ ...row, id: before.id, version: before.version + 1 });
    }
  }
  for (const [key, row] of known) {
    if (wanted.has(key) || row.invoice !== null || row.status === "rejected") continue;
    next.push({ ...row, version: row.version + 1, status: "rejected" });
  }
  const succeeding = next.filter(({ version }) => version > 1);
  await query(scope.tx, "update work_items set current = false where current and id = any(?)", [
    succeeding.map(({ id }) => id),
  ]);
  await insertRows(
    scope.tx,
    "work_items",
    next,
    {
      id: ["uuid", ({ id }) => id],
      version: ["int", ({ version }) => version],
      engagement_id: ["uuid", ({ engagementId }) => engagementId],
      worked_on: ["date", ({ dueOn }) => dueOn],
      amount_minor: ["bigint", ({ amountMinor }) => BigInt(amountMinor)],
      currency: ["text", ({ currency }) => currency],
      status: ["text", ({ status }) => status],
    },
    { constants: { kind: "'fee'" } },
  );
  await insertRows(scope.tx, "fee_instalments", next, {
    id: ["uuid", ({ id }) => id],
    version: ["int", ({ version }) => version],
    engagement_id: ["uuid", ({ engagementId }) => engagementId],
    number: ["int", ({ number }) => number],
    instalments: ["int", (row) => row.of],
    fee_minor: ["bigint", ({ feeMinor }) => BigInt(feeMinor)],
    basis_points: ["int", ({ basisPoints }) => basisPoints],
  });
}

const keyOf = ({ engagementId, number }: Pick<Row, "engagementId" | "number">) => `${engagementId}|${number}`;

const rowsOf = ({ engagementId, currency, fee }: AgreedFee): Row[] =>
  fee === undefined
    ? []
    : instalmentsToBill(fee, currency).map(({ number, of, dueOn, amountMinor, basisPoints }) => ({
        id: "",
        version: 1,
        engagementId,
        number,
        of,
        dueOn,
        feeMinor: fee.amountMinor,
        basisPoints: basisPoints ?? null,
        amountMinor: String(amountMinor),
        currency,
        status: "approved",
      }));

const sameSum = (left: Row, right: Row | undefined): boolean =>
  right !== undefined &&
  left.dueOn === right.dueOn &&
  left.amountMinor === right.amountMinor &&
  left.currency === right.currency;

const same = (left: Row, right: Row): boolean =>
  sameSum(left, right) &&
  left.of === right.of &&
  left.feeMinor === right.feeMinor &&
  left.basisPoints === right.basisPoints &&
  left.status === right.status;

/** The present versions, each with the number of the issued invoice that bills it. */
async function knownInstalments({ tx }: Scope, agreed: readonly AgreedFee[]): Promise<Known[]> {
  const engagementIds = agreed.map(({ engagementId }) => engagementId);
  // Whoever issues one of their invoices now is waited for, and whoever comes later finds what has changed.
  await query(
    tx,
    `select 1 from fee_instalments f join claims c on c.work_item_id = f.id and c.work_item_version = f.version
       join invoice_lines l on l.id = c.line_id join invoices i on i.id = l.invoice_id
      where f.engagement_id = any(?) and c.released_at is null order by i.id for share of i`,
    [engagementIds],
  );
  return query<Known>(
    tx,
    `select f.id, f.version, f.engagement_id as "engagementId", f.number, f.instalments as of, w.worked_on as "dueOn",
            f.fee_minor as "feeMinor", f.basis_points as "basisPoints", w.amount_minor as "amountMinor", w.currency, w.status,
            (select i.number_text from claims c join invoice_lines l on l.id = c.line_id join invoices i on i.id = l.invoice_id
              where c.work_item_id = f.id and c.released_at is null and i.number is not null limit 1) as invoice
       from fee_instalments f
       join work_items w on w.tenant_id = f.tenant_id and w.id = f.id and w.version = f.version
      where w.current and f.engagement_id = any(?)`,
    [engagementIds],
  );
}
