import type { ProjectId } from "@plumbline/domain/id";
import { evaluate, type Ruling } from "@plumbline/domain/policy/evaluate";
import { signedMinor } from "@plumbline/domain/rating/adjustment";
import type { Facts } from "@plumbline/domain/policy/facts";
import type { Draft } from "./assemble-drafts.ts";
import { budgetOf, partiesOf } from "./invoice-facts.ts";
import { orderOf, usesOf } from "./fit-drafts.ts";
import { type Finding, findingOf } from "./finding.ts";
import type { RunBook } from "./run-book.ts";
import type { WorkEntry } from "./work-entry.ts";

/** What policy ruled on a draft, with the facts it ruled on: stored together, so that the ruling can be replayed. */
export type Judgement = {
  readonly facts: Facts<"invoice">;
  readonly rulings: readonly Ruling[];
};

/** Asks the invoice rules about each draft of a client, each after what the drafts before it took of the same order. */
export function judgeDrafts(
  book: RunBook,
  drafts: readonly Draft[],
  held: readonly WorkEntry[],
): { readonly drafts: readonly (Draft & Judgement)[]; readonly findings: readonly Finding[] } {
  const heldBy = countByProject(held);
  const remaining = new Map(book.orderRemaining);
  const taken = new Map<string, bigint>();
  const findings: Finding[] = [];
  const judged = drafts.map((draft) => {
    for (const { limit, amount } of usesOf(book, draft)) taken.set(limit.id, (taken.get(limit.id) ?? 0n) + amount);
    const budget = budgetOf(book, billedBy(draft), taken);
    const facts = { ...factsOf({ ...book, orderRemaining: remaining }, draft, heldBy), budget };
    const rulings = evaluate(book.bundle, "invoice", facts);
    const { currency } = draft.engagement;
    for (const [id, minor] of takenOf(book, draft)) remaining.set(id, (remaining.get(id) ?? 0n) - minor);
    for (const ruling of rulings.filter(({ outcome }) => outcome !== "pass")) {
      findings.push(
        findingOf(ruling, {
          subjectKind: "invoice",
          subjectId: draft.id,
          invoiceId: draft.id,
          entries: draft.lines.reduce((sum, line) => sum + line.claims.length, 0),
          minutes: draft.minutes,
          amountMinor: draft.netMinor,
          currency,
          // The work is on the draft, and the draft is what waits.
          work: [],
        }),
      );
    }
    return { ...draft, facts, rulings };
  });
  return { drafts: judged, findings };
}

const billedBy = ({ lines }: Draft) => ({
  engagementIds: new Set(lines.map(({ engagementId }) => engagementId)),
  projectIds: lines.flatMap(({ projectId }) => projectId ?? []),
});

/** What a draft takes of each order: orders of several engagements may bear one number, and pay one invoice together. */
function takenOf(book: RunBook, draft: Draft): ReadonlyMap<string, bigint> {
  const { lines, adjustments } = draft;
  const taken = new Map<string, bigint>();
  const parts = [
    ...lines.map(({ engagementId, netMinor }) => ({ engagementId, minor: netMinor })),
    ...adjustments.map((each) => ({ engagementId: each.engagementId, minor: signedMinor(each) })),
  ];
  for (const { engagementId, minor } of parts) {
    const order = orderOf(book, draft, engagementId);
    if (order !== undefined) taken.set(order, (taken.get(order) ?? 0n) + minor);
  }
  return taken;
}

type Held = { minutes: number; entries: number };

function countByProject(held: readonly WorkEntry[]): ReadonlyMap<ProjectId, Held> {
  const counts = new Map<ProjectId, Held>();
  for (const { projectId, minutes } of held) {
    const count = counts.get(projectId) ?? { minutes: 0, entries: 0 };
    count.minutes += minutes;
    count.entries += 1;
    counts.set(projectId, count);
  }
  return counts;
}

function factsOf(book: RunBook, draft: Draft, heldBy: ReadonlyMap<ProjectId, Held>): Omit<Facts<"invoice">, "budget"> {
  const { engagement } = draft;
  const { order } = engagement;
  const projects = new Set(draft.lines.flatMap((line) => line.projectId ?? []));
  const held = [...projects].flatMap((project) => heldBy.get(project) ?? []);
  return {
    invoice: {
      netMinor: draft.netMinor,
      totalMinor: draft.totalMinor,
      minutes: BigInt(draft.minutes),
      lines: BigInt(draft.lines.length),
      currency: engagement.currency,
      first: !book.knownClients.has(engagement.clientId),
    },
    client: { id: engagement.clientId, poRequired: engagement.poRequired },
    po: {
      present: order !== undefined,
      currency: order?.currency ?? "",
      remainingMinor: [...takenOf(book, draft).keys()].reduce(
        (sum, id) => sum + (book.orderRemaining.get(id) ?? 0n),
        0n,
      ),
      validOn: order?.validOn ?? false,
    },
    ...partiesOf(engagement),
    engagement: { ready: draft.missing.length === 0, missing: draft.missing },
    tax: {
      category: draft.decisions[0].category,
      settled: draft.taxSettled,
      convertible: draft.taxConvertible,
    },
    held: {
      minutes: BigInt(held.reduce((sum, { minutes }) => sum + minutes, 0)),
      entries: BigInt(held.reduce((sum, { entries }) => sum + entries, 0)),
    },
  };
}
