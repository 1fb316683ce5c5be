import { normalTaxId } from "../tax/vat-id-check.ts";

/** What comes to be the survivor's when a client is merged into it. */
// prettier-ignore
// oxfmt-ignore
export const mergeItems = {
  engagements:        { means: "engagements for it, with their projects, terms, limits, bought hours and splits" },
  paid_engagements:   { means: "engagements of others that it pays for" },
  invoices:           { means: "invoices and credit notes; what stands on them stays" },
  receivables_open:   { means: "what invoices still ask for, with their due days, levels of dunning and interest" },
  credits_open:       { means: "what credit notes still give" },
  credit_balance:     { means: "money that no invoice took; it may pay invoices of both" },
  retainers:          { means: "money paid ahead, which stays with its engagement" },
  deposits_open:      { means: "deposits of which something is left to deduct" },
  retention_kept:     { means: "what it keeps of invoices until it is released" },
  trust_money:        { means: "its own money in trust, which stays with its matter" },
  promises_open:      { means: "promises to pay" },
  notices_in_force:   { means: "dunning notices" },
  interest_proposed:  { means: "claims of interest that nobody decided yet" },
  client_rates:       { means: "prices that were agreed with it" },
  tax_certificates:   { means: "certificates of exemption from sales tax" },
  withholding_papers: { means: "certificates of tax that it withheld" },
  collecting_terms:   { means: "what was agreed with it about paying late" },
  delivery_profiles:  { means: "ways of delivery that the survivor has none of the same name of" },
  external_refs:      { means: "keys under which other systems know it" },
  earlier_merges:     { means: "clients that were merged into it before" },
} as const satisfies Record<string, { means: string }>;

export type MergeItem = keyof typeof mergeItems;
export const mergeItemNames = Object.keys(mergeItems) as readonly MergeItem[] as readonly [MergeItem, ...MergeItem[]];

/** In what two clients may contradict each other. What `blocks` is put right first; the rest somebody accepts by name. */
// prettier-ignore
// oxfmt-ignore
export const mergeContradictions = {
  billing_run:        { blocks: true,  means: "a billing run is under way" },
  drafts_open:        { blocks: true,  means: "invoices of the two are not issued yet" },
  vat_ids:            { blocks: true,  means: "both have a VAT id that is valid, and they differ" },
  role_rates:         { blocks: true,  means: "both have a price for the same role and days" },
  withholding_papers: { blocks: true,  means: "both have a certificate of withheld tax of the same number" },
  split_between:      { blocks: true,  means: "work is divided between the two" },
  country:            { blocks: false, means: "they are in different countries" },
  legal_name:         { blocks: false, means: "they have different legal names" },
  tax_id:             { blocks: false, means: "their tax ids differ, or one has none" },
  vat_check:          { blocks: false, means: "the register answered differently about the same VAT id" },
  business:           { blocks: false, means: "one is a business and one is not" },
  purchase_orders:    { blocks: false, means: "one wants a purchase order and one does not" },
  tax_places:         { blocks: false, means: "sales tax is of different places" },
  exemption:          { blocks: false, means: "one is exempt from sales tax and one is not" },
  currencies:         { blocks: false, means: "they are billed in different currencies" },
  delivery:           { blocks: false, means: "their invoices are made in different ways" },
  late_terms:         { blocks: false, means: "something was agreed with one about paying late" },
  rates_spread:       { blocks: false, means: "prices agreed with one come to hold for work of the other" },
} as const satisfies Record<string, { blocks: boolean; means: string }>;

export type MergeContradiction = keyof typeof mergeContradictions;
export const mergeContradictionNames = Object.keys(mergeContradictions) as readonly MergeContradiction[] as readonly [
  MergeContradiction,
  ...MergeContradiction[],
];

/** One of two clients, as far as it matters to whether they are one. */
export type MergingClient = {
  readonly name: string;
  readonly legalName: string | null;
  readonly country: string | null;
  readonly taxId: string | null;
  /** What a register answered last about this id. */
  readonly check: "valid" | "invalid" | "pending" | null;
  readonly isBusiness: boolean;
  readonly poRequired: boolean | null;
  readonly taxPlaces: readonly string[];
  readonly currencies: readonly string[];
  /** How its standard profile says that its invoices are made, in words. */
  readonly delivery: string | null;
  readonly exemptions: readonly string[];
  /** Days from which something was agreed about paying late, in words. */
  readonly lateTerms: readonly string[];
  /** Prices of roles that were agreed with the client, whatever the project. */
  readonly roleRates: readonly string[];
};

export type MergeFacts = {
  readonly survivor: MergingClient;
  readonly merged: MergingClient;
  readonly runs: number;
  readonly drafts: number;
  /** Prices of both for the same work and days that are not the same price, each in words. */
  readonly rateClashes: readonly string[];
  readonly paperClashes: readonly string[];
  /** Engagements whose work is divided between the two. */
  readonly sharedSplits: readonly string[];
};

export type FoundContradiction = { readonly code: MergeContradiction; readonly reason: string };

/** What whoever merges reads before. */
export const mergeIsFinal =
  "A merge is not undone. What was issued keeps the name that stands on it; it is owed, paid, reminded of and credited as the survivor's from then on.";

/** All in which the two contradict each other, in the order of the list, each in a sentence. */
export function judgeMerge(facts: MergeFacts): FoundContradiction[] {
  const { survivor, merged } = facts;
  const both = (what: (client: MergingClient) => string) =>
    `“${survivor.name}” ${what(survivor)}, “${merged.name}” ${what(merged)}`;
  const reasons: Readonly<Record<MergeContradiction, string | undefined>> = {
    billing_run: when(facts.runs > 0, "A billing run is under way: wait for it, or cancel it."),
    drafts_open: when(
      facts.drafts > 0,
      `${facts.drafts === 1 ? "One invoice is" : `${facts.drafts} invoices are`} not issued yet: issue or discard what waits.`,
    ),
    ...taxIdReasons(facts, both),
    role_rates: listed(facts.rateClashes, "make the prices the same, or end one before the other starts"),
    withholding_papers: listed(facts.paperClashes, "withdraw the one that was recorded twice"),
    split_between: listed(facts.sharedSplits, "give both parts to one of the two first"),
    country: differs(both, merged.country, survivor.country, ({ country }) => `is in ${country ?? "no country"}`),
    legal_name: differs(both, merged.legalName, survivor.legalName, ({ legalName }) => `is ${legalName ?? "unnamed"}`),
    business: differs(both, merged.isBusiness, survivor.isBusiness, ({ isBusiness }) =>
      isBusiness ? "is a business" : "is none",
    ),
    purchase_orders: differs(both, merged.poRequired ?? false, survivor.poRequired ?? false, ({ poRequired }) =>
      poRequired ? "wants a purchase order" : "wants none",
    ),
    tax_places: differs(both, merged.taxPlaces.join(), survivor.taxPlaces.join(), ({ taxPlaces }) =>
      taxPlaces.length === 0 ? "is taxed in no place of its own" : `is taxed in ${taxPlaces.join(", ")}`,
    ),
    exemption: differs(both, merged.exemptions.join(), survivor.exemptions.join(), ({ exemptions }) =>
      exemptions.length === 0 ? "is exempt nowhere" : `is exempt by ${exemptions.join(", ")}`,
    ),
    currencies: when(
      merged.currencies.length > 0 &&
        survivor.currencies.length > 0 &&
        merged.currencies.join() !== survivor.currencies.join(),
      `${both(({ currencies }) => `is billed in ${currencies.join(", ")}`)}.`,
    ),
    delivery: differs(both, merged.delivery, survivor.delivery, ({ delivery }) => `gets ${delivery ?? "none"}`),
    late_terms: when(
      merged.lateTerms.length + survivor.lateTerms.length > 0,
      `${both(({ lateTerms }) => (lateTerms.length === 0 ? "has none of its own" : `has terms that started ${lateTerms.join(" and ")}`))}. Those that started last will hold.`,
    ),
    rates_spread: spread(facts),
  };
  return mergeContradictionNames.flatMap((code) => {
    const reason = reasons[code];
    return reason === undefined ? [] : [{ code, reason }];
  });
}

type Both = (what: (client: MergingClient) => string) => string;

/** Two valid ids are two taxable persons, whatever they are called. */
function taxIdReasons({ survivor, merged }: MergeFacts, both: Both) {
  const [kept, given] = [survivor, merged].map(({ taxId }) => (taxId === null ? null : normalTaxId(taxId)));
  const areTwo = kept !== given && survivor.check === "valid" && merged.check === "valid";
  const said = both(({ taxId }) => (taxId === null ? "has no tax id" : `has ${taxId}`));
  return {
    vat_ids: when(areTwo, `${said}, and both are valid: they are two taxable persons.`),
    tax_id: when(kept !== given && !areTwo, `${said}. What the survivor's source says holds.`),
    vat_check: when(
      kept === given && merged.check !== null && survivor.check !== null && merged.check !== survivor.check,
      `${both(({ check }) => `was answered ${check}`)}. What was answered about the survivor holds.`,
    ),
  };
}

/** Prices of the one come to hold for the other, which may have been billed by its card until now. */
function spread({ survivor, merged }: MergeFacts): string | undefined {
  const parts = (
    [
      [merged, survivor],
      [survivor, merged],
    ] as const
  ).flatMap(([from, to]) =>
    from.roleRates.length === 0 || to.currencies.length === 0
      ? []
      : [`${from.roleRates.join(", ")} of “${from.name}” will hold for work of “${to.name}” too`],
  );
  return parts.length === 0 ? undefined : `${parts.join("; ")}.`;
}

const when = (is: boolean, reason: string): string | undefined => (is ? reason : undefined);

const differs = (both: Both, left: unknown, right: unknown, what: (client: MergingClient) => string) =>
  when(left !== right, `${both(what)}.`);

const listed = (those: readonly string[], remedy: string): string | undefined =>
  when(those.length > 0, `${those.join("; ")}: ${remedy}.`);
