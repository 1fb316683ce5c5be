import { addDays, type LocalDate } from "@plumbline/domain/calendar/local-date";
import type { Reading } from "@plumbline/domain/engagement/meter";
import { amountText } from "@plumbline/domain/money/decimal";
import type { Scope } from "@plumbline/platform/scope";
import { findClosed } from "../closures/closed-work.ts";
import { partsOf } from "./recurring-parts.ts";
import {
  type KnownPiece,
  knownPieces,
  loadReadings,
  lockAgreements,
  type NextPiece,
  type RecurringAgreement,
  type RecurringPiece,
  savePieces,
} from "./recurring-pieces.ts";

/**
 * Makes what recurs into pieces of work: every part of a period that can be billed before `until`, once. What changed gets
 * a new version, what is no longer agreed is withdrawn, and what was issued is left as it is.
 *
 * @param until without it, only what was made already is brought up to date
 * @param only  some agreements; all when absent
 */
export async function saveRecurringPieces(
  scope: Scope,
  input: { readonly until?: LocalDate; readonly only?: readonly string[] },
): Promise<void> {
  const isClosed = await findClosed(scope.tx);
  // What is said anew of a closed engagement is refused under its row; what time alone brings passes it by.
  const agreements = (await lockAgreements(scope, input)).filter((of) => input.only !== undefined || !isClosed(of));
  if (agreements.length === 0) return;
  const made = await loadMade(scope, idsOf(agreements));
  await savePieces(
    scope,
    agreements.flatMap((of) => nextOf(scope, of, { ...made(of.id), until: input.until })),
  );
}

/** A part that was issued and would not be what it was; as it would be now, if there still were one. */
export type BrokenPart = {
  readonly billed: KnownPiece;
  readonly now: RecurringPiece | undefined;
  readonly reason: string;
};

/** What agreements, as they are said now, would change although it was issued, by their ids. */
export async function recurringContradictions(
  scope: Scope,
  agreements: readonly RecurringAgreement[],
): Promise<ReadonlyMap<string, BrokenPart>> {
  const made = await loadMade(scope, idsOf(agreements));
  const broken = new Map<string, BrokenPart>();
  for (const agreement of agreements) {
    const before = made(agreement.id);
    const wanted = wantedOf(agreement, { ...before, until: horizonOf(before.known, undefined) });
    const billed = before.known.find((piece) => piece.invoice !== undefined && !same(piece, wanted.get(piece.key)));
    if (billed === undefined) continue;
    const amount = amountText(billed.amountMinor, billed.currency);
    const reason = `the part from ${billed.key} was billed at ${amount} on invoice ${billed.invoice} and must stay: let the change begin after it, or credit it first`;
    broken.set(agreement.id, { billed, now: wanted.get(billed.key), reason });
  }
  return broken;
}

/** What was made of an agreement so far, and what it is made from. */
type Made = { readonly known: readonly KnownPiece[]; readonly readings: readonly Reading[] };

async function loadMade(scope: Scope, ids: readonly string[]): Promise<(id: string) => Made> {
  const known = Map.groupBy(await knownPieces(scope, ids), ({ agreementId }) => agreementId);
  const readings = await loadReadings(scope, ids);
  return (id) => ({ known: known.get(id) ?? [], readings: readings.get(id) ?? [] });
}

function nextOf(
  scope: Scope,
  of: RecurringAgreement,
  { known, readings, until }: Made & { readonly until: LocalDate | undefined },
): NextPiece[] {
  const before = new Map(known.map((piece) => [piece.key, piece]));
  const wanted = wantedOf(of, { known, readings, until: horizonOf(known, until) });
  const next: NextPiece[] = [];
  for (const piece of wanted.values()) {
    const now = before.get(piece.key);
    if (now === undefined) next.push({ ...piece, id: scope.newId(), version: 1, status: "approved", of });
    else if (now.invoice === undefined && !(same(now, piece) && now.status === "approved")) {
      next.push({ ...piece, id: now.id, version: now.version + 1, status: "approved", of });
    }
  }
  for (const piece of known) {
    if (wanted.has(piece.key) || piece.invoice !== undefined || piece.status === "rejected") continue;
    next.push({ ...piece, version: piece.version + 1, status: "rejected", of });
  }
  return next;
}

/** Nothing that was made for a later month is withdrawn because an earlier one is billed. */
function horizonOf(known: readonly KnownPiece[], until: LocalDate | undefined): LocalDate | undefined {
  const days = known.filter(({ status }) => status === "approved").map(({ on }) => addDays(on, 1));
  return [...days, ...(until === undefined ? [] : [until])].toSorted().at(-1);
}

const wantedOf = (
  of: RecurringAgreement,
  { until, ...known }: Made & { readonly until: LocalDate | undefined },
): ReadonlyMap<string, RecurringPiece> =>
  new Map((until === undefined ? [] : partsOf(of, { ...known, until })).map((piece) => [piece.key, piece]));

const idsOf = (agreements: readonly RecurringAgreement[]) => agreements.map(({ id }) => id);

const same = (left: RecurringPiece, right: RecurringPiece | undefined): boolean =>
  right !== undefined && contentOf(left) === contentOf(right);

/** Members in one order: PostgreSQL gives those of JSON back in its own. */
const contentOf = ({ on, amountMinor, currency, detail }: RecurringPiece): string =>
  JSON.stringify([on, String(amountMinor), currency, sorted(detail)]);

const sorted = (value: unknown): unknown =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.entries(value)
        .filter(([, member]) => member !== undefined)
        .toSorted(([left], [right]) => (left < right ? -1 : 1))
        .map(([name, member]) => [name, sorted(member)])
    : value;
