import type { Treatment } from "@plumbline/domain/credit/correction";
import { type HeldWork, takeBack, type TakenBack } from "@plumbline/domain/credit/take-back";
import type { InvoiceId, WorkItemId } from "@plumbline/domain/id";
import type { LineUnit } from "@plumbline/domain/invoice/line-unit";
import type { Scope } from "@plumbline/platform/scope";
import { insertRows, query } from "@plumbline/platform/sql";

type Claim = HeldWork & {
  readonly noteId: InvoiceId;
  readonly lineId: string;
  readonly workItemId: WorkItemId;
  readonly workItemVersion: number;
  readonly share: number;
  readonly partial: boolean;
  readonly billingRunId: string;
  /** The first share of its work item that nobody took yet. */
  readonly nextShare: number;
  readonly treatment: Treatment;
  readonly unit: LineUnit;
  /** Taken back of the line, and whether nothing of it stays billed. */
  readonly quantity: string;
  readonly whole: boolean;
  readonly reason: string;
  /** Billed minutes that are taken back of this very work, when the credit note names it. */
  readonly named: number | null;
  /** The claim that the line was made from, when a credit divided it before. */
  readonly keptOf: string | null;
  /** Which part of a split it takes; 0 is all. */
  readonly part: number;
  readonly splitId: string | null;
  readonly wholeMinutes: number | null;
};

/**
 * Takes the work of credited lines back, what is named first and then the latest: what is rebillable is unbilled, what is conceded is written off with
 * the reason. A line keeps exactly the minutes that it still bills. Work that is not time goes with the last of its line.
 *
 * @returns what each credit note made unbilled
 */
export async function takeWorkBack(
  scope: Scope,
  creditNoteIds: readonly InvoiceId[],
): Promise<ReadonlyMap<InvoiceId, readonly WorkItemId[]>> {
  const taken = await findTakenBack(scope, creditNoteIds);
  await query(scope.tx, "update claims set released_at = now() where id = any(?)", [taken.map(({ work }) => work.id)]);
  // Time that a rounded day covered goes back with the last of its line.
  const unbilled = taken.filter(({ work }) => work.whole && work.treatment === "rebillable");
  const absorbed = await query<{ lineId: string; id: WorkItemId }>(
    scope.tx,
    `update claims set released_at = now() where absorbed_by = any(?) and released_at is null
     returning absorbed_by as "lineId", work_item_id as id`,
    [unbilled.map(({ work }) => work.lineId)],
  );
  const kept = taken.flatMap((each) => (each.kept === undefined ? [] : [{ ...each, kept: each.kept }]));
  await insertRows(scope.tx, "claims", kept, {
    ...ofClaim(scope),
    share: ["int", ({ work }) => work.share],
    partial: ["boolean", ({ work, back }) => work.partial || back > 0],
    minutes: ["int", (each) => each.kept.minutes],
    billed_minutes: ["int", (each) => each.kept.billedMinutes],
    line_id: ["uuid", ({ work }) => work.lineId],
    kept_of: ["uuid", ({ work }) => work.keptOf ?? work.id],
  });
  // What is divided and gives back less than a minute gives none, and neither does what was all increment.
  const conceded = taken.filter(
    ({ work, kept: left, back }) =>
      work.treatment === "concession" && (back > 0 || (!left && (!work.partial || work.part > 0))),
  );
  await insertRows(scope.tx, "claims", conceded, {
    ...ofClaim(scope),
    share: ["int", (each) => (each.kept === undefined ? each.work.share : each.work.nextShare)],
    partial: ["boolean", (each) => each.work.partial || each.kept !== undefined],
    minutes: ["int", ({ back }) => back],
    outcome: ["text", () => "written_off"],
    reason: ["text", ({ work }) => work.reason],
  });
  const rebillable = taken.filter(({ work }) => work.treatment === "rebillable").map(({ work }) => work);
  const noteOf = new Map(rebillable.map(({ lineId, noteId }) => [lineId, noteId]));
  const freed = [
    ...rebillable.map(({ noteId, workItemId }) => ({ noteId, id: workItemId })),
    ...absorbed.map(({ lineId, id }) => ({ noteId: noteOf.get(lineId) as InvoiceId, id })),
  ];
  const byNote = Map.groupBy(freed, ({ noteId }) => noteId);
  return new Map([...byNote].map(([noteId, works]) => [noteId, works.map(({ id }) => id)]));
}

/** Which work credit notes take back, and how much of it: those that are not issued yet would take it now. */
export async function findTakenBack(
  scope: Scope,
  creditNoteIds: readonly InvoiceId[],
): Promise<readonly TakenBack<Claim>[]> {
  const claims = await query<Claim>(scope.tx, claimsSql, [creditNoteIds]);
  return [...Map.groupBy(claims, ({ lineId }) => lineId).values()].flatMap(takenOf);
}

function takenOf(claims: readonly Claim[]): TakenBack<Claim>[] {
  const [first] = claims as [Claim];
  if (first.whole) return takeBack(claims, undefined);
  return first.unit === "minute" ? takeNamed(claims, Number(first.quantity)) : [];
}

/** Work that is named first, as far as the line still holds it; then the latest. */
function takeNamed(claims: readonly Claim[], quantity: number): TakenBack<Claim>[] {
  const ofWork = Map.groupBy(
    claims.filter(({ named }) => named !== null),
    ({ workItemId }) => workItemId,
  );
  const named = [...ofWork.values()].flatMap((held) => takeBack(held, Math.min(held[0]?.named ?? 0, billedOf(held))));
  const taken = new Set(named.map(({ work }) => work.id));
  const givenBack = billedOf(named.map(({ work }) => work)) - billedOf(named.flatMap(({ kept }) => kept ?? []));
  const others = claims.filter(({ id }) => !taken.has(id));
  return [...named, ...takeBack(others, quantity - givenBack)];
}

const billedOf = (held: readonly Pick<Claim, "billedMinutes">[]): number =>
  held.reduce((sum, { billedMinutes }) => sum + billedMinutes, 0);

const ofClaim = (scope: Scope) =>
  ({
    id: ["uuid", () => scope.newId()],
    work_item_id: ["uuid", ({ work }: TakenBack<Claim>) => work.workItemId],
    work_item_version: ["int", ({ work }: TakenBack<Claim>) => work.workItemVersion],
    billing_run_id: ["uuid", ({ work }: TakenBack<Claim>) => work.billingRunId],
    part: ["int", ({ work }: TakenBack<Claim>) => work.part],
    split_id: ["uuid", ({ work }: TakenBack<Claim>) => work.splitId],
    whole_minutes: ["int", ({ work }: TakenBack<Claim>) => work.wholeMinutes],
  }) as const;

/** A line is credited once by a batch: two credit notes of it are issued one after another. */
const claimsSql = `
  select n.id as "noteId", c.id, c.line_id as "lineId", c.work_item_id as "workItemId", c.work_item_version as "workItemVersion", c.share, c.kept_of as "keptOf",
         c.part, c.split_id as "splitId", c.whole_minutes as "wholeMinutes",
         c.partial, c.billing_run_id as "billingRunId", c.minutes, c.billed_minutes as "billedMinutes",
         (select max(s.share) + 1 from claims s where s.tenant_id = c.tenant_id and s.work_item_id = c.work_item_id
             and s.released_at is null) as "nextShare",
         (select k.billed_minutes from credit_work k where k.tenant_id = x.tenant_id and k.line_id = x.line_id and k.work_item_id = c.work_item_id) as named,
         x.treatment, o.unit, x.quantity::text as quantity, 
         coalesce(app.left_of_line(o.tenant_id, o.id), o.quantity) = case when n.stage in ('issued', 'posted') then 0 else x.quantity end as whole,
         n.number_text || ': ' || n.correction_reason as reason
    from invoices n
    join invoice_lines l on l.tenant_id = n.tenant_id and l.invoice_id = n.id
    join credit_lines x on x.tenant_id = l.tenant_id and x.line_id = l.id and x.quantity <> 0
    join invoice_lines o on o.tenant_id = x.tenant_id and o.id = x.corrected_line_id
    join claims c on c.tenant_id = o.tenant_id and c.line_id = o.id and c.released_at is null
    join work_items w on w.tenant_id = c.tenant_id and w.id = c.work_item_id and w.version = c.work_item_version
   where n.id = any(?)
   order by c.line_id, w.worked_on desc, w.id desc, c.share desc`;
