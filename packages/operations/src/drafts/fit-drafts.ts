import type { EngagementId } from "@plumbline/domain/id";
import { addDays } from "@plumbline/domain/calendar/local-date";
import { signedMinor } from "@plumbline/domain/rating/adjustment";
import type { Charge } from "@plumbline/domain/rating/charge";
import {
  type CutOff,
  fitToLimits,
  type Limit,
  type LimitContext,
  limitText,
  useOf,
} from "@plumbline/domain/rating/limit";
import type { StoredLimit } from "../limits/load-limits.ts";
import { type Divided, divideCharges, isDivided } from "../splits/divide-charges.ts";
import type { Draft } from "./assemble-drafts.ts";
import type { Finding } from "./finding.ts";
import { heldOn, type RunBook } from "./run-book.ts";

type Fitted = { readonly charges: readonly Charge[]; readonly findings: readonly Finding[] };

/** Lets a client's charges through as far as its caps and purchase orders go, and holds what they leave no room for. */
export function fitDrafts(
  book: RunBook,
  charges: readonly Charge[],
  kinds: readonly Limit["kind"][] = ["cap", "order"],
): Fitted {
  const engagements = new Set(charges.map(({ engagementId }) => engagementId));
  const limits = [...engagements].flatMap((id) => limitsInForce(book, id)).filter(({ kind }) => kinds.includes(kind));
  const contexts = new Map([...engagements].map((id) => [id, contextOf(book, id)]));
  const { charges: fitting, cut } = fitToLimits(charges, limits, (id) => contexts.get(id) ?? contextOf(book, id));
  return { charges: fitting, findings: cut.map((each) => findingOf(book, each)) };
}

/** The same where several bear a charge: the cap is that of the whole, and each part has its own order. */
export function fitAndDivide(book: RunBook, charges: readonly Charge[]): Divided & Pick<Fitted, "findings"> {
  if (!charges.some((charge) => isDivided(book, charge))) return { ...fitDrafts(book, charges), outcomes: [] };
  const capped = fitDrafts(book, charges, ["cap"]);
  const { charges: parts, outcomes } = divideCharges(book, capped.charges);
  const ordered = fitDrafts(book, parts, ["order"]);
  return { charges: ordered.charges, outcomes, findings: [...capped.findings, ...ordered.findings] };
}

/** What a draft uses of each limit, for those that it uses anything of. */
export function usesOf(book: RunBook, draft: Draft): { readonly limit: StoredLimit; readonly amount: bigint }[] {
  const engagements = new Set(draft.lines.map(({ engagementId }) => engagementId));
  return [...engagements]
    .flatMap((id) => limitsInForce(book, id))
    .map((limit) => ({
      limit,
      amount: draft.lines.reduce(
        (sum, line) => sum + useOf(limit, line, line.netMinor),
        adjustedOf(book, limit, draft),
      ),
    }))
    .filter(({ amount }) => amount > 0n);
}

/** The order that pays what a draft bills of an engagement. */
export const orderOf = (
  book: RunBook,
  { lines, engagement }: Pick<Draft, "lines" | "engagement">,
  id: EngagementId,
) => {
  const part = lines.find(({ engagementId }) => engagementId === id)?.part;
  return part === undefined ? (book.engagements.get(id) ?? engagement).order?.id : part.orderId;
};

/** What is taken off or added as a whole counts where the whole engagement is limited; a project's cap counts its lines. */
const adjustedOf = (book: RunBook, limit: StoredLimit, draft: Draft): bigint =>
  limit.measure === "minutes" ||
  limit.projectId !== undefined ||
  (limit.kind === "order" && limit.orderId !== orderOf(book, draft, limit.engagementId))
    ? 0n
    : draft.adjustments
        .filter(({ engagementId }) => engagementId === limit.engagementId)
        .reduce((sum, each) => sum + signedMinor(each), 0n);

/** A discount that depends on something may not come; a surcharge may. */
function contextOf({ engagements, period }: RunBook, id: EngagementId): LimitContext {
  const engagement = engagements.get(id);
  const agreed = engagement && heldOn(engagement.terms, addDays(period.end, -1))?.terms.adjustments;
  const feesLeft = (agreed ?? [])
    .filter(({ on, kind, fromMinor, taxedAt }) =>
      kind === "surcharge" ? on === "invoice" : on === "invoice" && fromMinor === undefined && taxedAt === undefined,
    )
    .reduce((left, { kind, basisPoints = 0 }) => left + (kind === "allowance" ? -basisPoints : basisPoints), 10_000);
  return { language: engagement?.language ?? "en", feesLeft };
}

/** An order limits only where it can pay: a rule of its own says that one is out of date or in another currency. */
export const limitsInForce = (book: RunBook, id: EngagementId): readonly StoredLimit[] => {
  const { order, currency, splits = [] } = book.engagements.get(id) ?? {};
  const ofParts = splits.flatMap(({ parts }) => parts.map(({ as }) => as.order));
  const paying = new Map([...ofParts, order].flatMap((each) => (each?.validOn === true ? [[each.id, each]] : [])));
  return (book.limits.get(id) ?? [])
    .filter((limit) =>
      limit.kind === "order"
        ? paying.has(limit.orderId ?? "") && limit.currency === currency
        : limit.measure === "minutes" || limit.currency === currency,
    )
    .map((limit) => (limit.kind === "order" && limit.orderId !== order?.id ? { ...limit, ofParts: true } : limit));
};

const findingOf = (book: RunBook, { limit, engagementId, work, minutes, valueMinor, isPart }: CutOff): Finding => ({
  code: limit.kind === "cap" ? "cap-reached" : "po-exhausted",
  lane: "business",
  severity: "block",
  owner: limit.kind === "cap" ? "account_manager" : "project_manager",
  subjectKind: "engagement",
  subjectId: engagementId,
  message:
    limit.kind === "cap"
      ? `The agreed cap of ${limitText(limit)} is reached; what goes beyond it waits for a change order or is written off.`
      : isPart
        ? `The purchase order of ${limitText(limit)} has no room for all of a part that it pays, and a part is not divided again. Record the order with a larger amount, and the next run bills what waits.`
        : `The purchase order of ${limitText(limit)} is used up; what goes beyond it waits for a larger one.`,
  entries: 1,
  minutes,
  amountMinor: valueMinor,
  currency: book.engagements.get(engagementId)?.currency ?? "EUR",
  holds: [{ entry: work, amountMinor: valueMinor }],
});
