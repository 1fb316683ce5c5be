import type { EngagementTerms } from "./terms.ts";

/** What must be known before an engagement is billed; absent members are what nobody has entered yet. */
export type ReadinessFacts = {
  readonly legalName?: string | undefined;
  readonly country?: string | undefined;
  readonly taxId?: string | undefined;
  readonly isBusiness: boolean;
  readonly invoiceEmail?: string | undefined;
  readonly poRequired?: boolean | undefined;
  readonly terms?: EngagementTerms | undefined;
  readonly approverId?: string | undefined;
};

/**
 * Names what an engagement lacks to be `ready`, in the words the exception shows. Work that is never billed needs
 * none of it.
 */
export function missingFor(facts: ReadinessFacts): string[] {
  if (facts.terms?.time.basis === "non_billable") return [];
  const needed: readonly [what: string, present: boolean][] = [
    ["legal name", facts.legalName !== undefined],
    ["country", facts.country !== undefined],
    ["tax id", facts.taxId !== undefined || !facts.isBusiness],
    ["address for invoices", facts.invoiceEmail !== undefined],
    ["purchase-order rule", facts.poRequired !== undefined],
    ["terms", facts.terms !== undefined],
    ["approver", facts.approverId !== undefined],
  ];
  return needed.filter(([, present]) => !present).map(([what]) => what);
}
