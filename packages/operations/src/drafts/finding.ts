import type { InvoiceId } from "@plumbline/domain/id";
import type { Currency } from "@plumbline/domain/money/currency";
import { blocks, type Ruling } from "@plumbline/domain/policy/evaluate";
import type { WorkRef } from "@plumbline/domain/worklog/work-ref";

/** Something wrong, with who must deal with it and what hangs on it: what becomes an exception when it is saved. */
export type Finding = {
  readonly code: string;
  readonly lane: "business" | "technical";
  readonly severity: "block" | "warn" | "inform";
  readonly owner: string;
  readonly subjectKind: "work" | "worker_week" | "milestone" | "expense" | "engagement" | "invoice";
  readonly subjectId: string;
  readonly invoiceId?: InvoiceId;
  readonly message: string;
  readonly entries: number;
  readonly minutes: number;
  /** Value at the rates in force, where they are known. */
  readonly amountMinor: bigint | undefined;
  readonly currency: Currency;
  /** The work it holds back; empty when it only informs. */
  readonly holds: readonly HeldWork[];
};

/** Work that waits, with its value at the rate in force, when there is one. */
export type HeldWork = { readonly entry: WorkRef; readonly amountMinor: bigint | undefined };

/** What two findings must share to be one exception. Amounts of two currencies are never added. */
export const fingerprintOf = (finding: Finding): string =>
  `${finding.code}|${finding.subjectKind}|${finding.subjectId}|${finding.currency}`;

export function findingOf(
  ruling: Ruling,
  about: Omit<Finding, "code" | "lane" | "severity" | "owner" | "message" | "holds"> & {
    readonly work: readonly HeldWork[];
  },
): Finding {
  const { work, ...rest } = about;
  return {
    ...rest,
    code: ruling.ruleId,
    lane: ruling.category,
    severity: blocks(ruling) ? "block" : ruling.outcome === "warn" ? "warn" : "inform",
    owner: ruling.owner,
    message: ruling.message,
    holds: blocks(ruling) ? work : [],
  };
}

/** Joins findings of one cause, in the order they were first found. Parts of one work that are held by it are one work. */
export function mergeFindings(findings: readonly Finding[]): Finding[] {
  const merged = new Map<string, Joined>();
  for (const finding of findings) {
    const key = fingerprintOf(finding);
    const known = merged.get(key);
    if (known === undefined) merged.set(key, { ...finding, holds: [...finding.holds] });
    else join(known, finding);
  }
  return [...merged.values()].map(withWholeWorks);
}

function withWholeWorks(finding: Finding): Finding {
  const works = new Map<string, HeldWork>();
  for (const part of finding.holds) {
    const key = `${part.entry.id}|${part.entry.version}`;
    const known = works.get(key);
    const amountMinor = add(known?.amountMinor, part.amountMinor);
    works.set(key, { ...part, amountMinor });
  }
  const parts = finding.holds.length - works.size;
  return parts === 0 ? finding : { ...finding, entries: finding.entries - parts, holds: [...works.values()] };
}

const add = (left: bigint | undefined, right: bigint | undefined): bigint | undefined =>
  left === undefined || right === undefined ? (left ?? right) : left + right;

type Joined = { -readonly [K in keyof Finding]: Finding[K] } & { holds: HeldWork[] };

function join(into: Joined, more: Finding): void {
  into.entries += more.entries;
  into.minutes += more.minutes;
  into.amountMinor = add(into.amountMinor, more.amountMinor);
  for (const entry of more.holds) into.holds.push(entry);
}
