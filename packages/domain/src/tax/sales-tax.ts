import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { chooseRates, type SalesTaxRate, wholeBasisPoints } from "./sales-tax-rates.ts";
import { rateText, type SalesTaxWords, salesTaxWords } from "./sales-tax-words.ts";
import type { ServiceKind } from "./service-kind.ts";
import type { TaxDecision } from "./tax-decision.ts";
import type { TaxIssue } from "./tax-issue.ts";
import { type Taxability, taxabilityOn } from "./us-taxability.ts";
import { hasNoSalesTax, sourcingIn, stateOf, type UsState } from "./us-state.ts";

/** Where a seller must collect a state's tax, and why: it is there, or sells enough there. */
export type Nexus = {
  readonly state: UsState;
  readonly from: LocalDate;
  /** First day no more. */
  readonly until?: LocalDate;
};

/** Why a client pays no tax in some states, on paper that was seen. */
export type ExemptionCertificate = {
  readonly id: string;
  readonly number: string;
  readonly states: readonly UsState[];
  readonly reason: string;
  readonly from: LocalDate;
  readonly until?: LocalDate;
  /** What holds when it has run out: the client pays the tax, or a person asks for a new one first. */
  readonly whenExpired: "taxable" | "pending";
};

/** What is known about a sale by a seller in the United States. Places are jurisdictions, the state first. */
export type SalesTaxFacts = {
  readonly sellerPlaces: readonly string[];
  readonly buyerPlaces: readonly string[];
  readonly service: ServiceKind | undefined;
  readonly nexus: readonly Nexus[];
  readonly certificates: readonly ExemptionCertificate[];
  readonly taxability: readonly Taxability[];
  readonly rates: readonly SalesTaxRate[];
};

type Question = SalesTaxFacts & { readonly on: LocalDate; readonly language: string };

/**
 * Decides the sales tax on a service within the United States: nexus, taxability, exemption, sourcing, then the rates of
 * every place that levies one. What is unknown is an issue, and never zero.
 */
export function decideSalesTax(question: Question): TaxDecision {
  const { nexus, on, buyerPlaces, service } = question;
  const words = salesTaxWords(question.language);
  // Who must collect nowhere need not know where the buyer is.
  if (nexus.length === 0) return free(words.noNexusAtAll, words.rules.nexus, words);
  const [first] = buyerPlaces;
  if (first === undefined) {
    return waiting("tax_jurisdiction_missing", "It is not known in which state and places the client is.", words);
  }
  const state = stateOf(first);
  if (!nexus.some((each) => each.state === state && holdsOn(each, on))) {
    return free(words.noNexus(state, on), words.rules.nexus, words);
  }
  if (hasNoSalesTax(state)) return free(words.noTax(state), words.rules.noTax(state), words);
  if (service === undefined) {
    return waiting(
      "tax_service_missing",
      `${state} taxes some services; the engagement does not say which it is.`,
      words,
    );
  }
  const taxability = taxabilityOn(question.taxability, { state, service, on });
  if (taxability === undefined) {
    const message = `Nobody has said whether ${state} taxes ${service} on ${on}.`;
    return waiting("tax_taxability_unknown", message, words);
  }
  if (!taxability.taxable) return free(words.notTaxable(state, service), taxability.source, words);
  return taxableSale(question, state, taxability, words);
}

function taxableSale(question: Question, state: UsState, taxability: Taxability, words: SalesTaxWords): TaxDecision {
  const { on } = question;
  const covering = question.certificates.filter(({ states, from }) => states.includes(state) && from <= on);
  const valid = covering.find((certificate) => holdsOn(certificate, on));
  if (valid !== undefined) {
    const { number, reason, id } = valid;
    return {
      category: "E",
      basisPoints: 0,
      because: words.exempt(state, number, reason),
      rule: taxability.source,
      exemption: { reason: words.certificate(number, reason) },
      certificateId: id,
      issues: [],
    };
  }
  const expired = covering.toSorted((one, other) => ((one.until ?? "") < (other.until ?? "") ? 1 : -1))[0];
  const taxed = collect(question, state, taxability, words);
  if (expired?.whenExpired !== "pending") return taxed;
  const message = `Exemption certificate ${expired.number} ran out before ${on}; ask for a new one, or say that it is taxable.`;
  return { ...taxed, issues: [{ code: "tax_certificate_expired", message }, ...taxed.issues] };
}

/** The rates of every place the sale is sourced to: each of them is owed to its own authority. */
function collect(question: Question, state: UsState, taxability: Taxability, words: SalesTaxWords): TaxDecision {
  const { on, rates, service } = question;
  const places = sourcedPlaces(question, state);
  if (places.length === 0) {
    const message = `${state} prices sales within it at the seller's place, and the legal entity's places are not known.`;
    return waiting("tax_jurisdiction_missing", message, words);
  }
  const { found, missing } = chooseRates(rates, { places, on, service });
  const issues = missing.map((place): TaxIssue => ({
    code: "tax_rate_missing",
    message: `No sales tax rate of ${place} is known for ${on}.`,
  }));
  // A part of the tax is no tax: without the rates of all places it waits as a whole.
  if (issues.length > 0) return { ...waiting("tax_rate_missing", "", words), issues };
  const components = found.map((rate) => ({
    jurisdiction: rate.code,
    name: rate.name,
    level: rate.level,
    rateMillionths: rate.rateMillionths,
    because: words.component(rate.name, rate.level, rateText(rate.rateMillionths), rate.from),
  }));
  const total = components.reduce((sum, { rateMillionths }) => sum + rateMillionths, 0);
  const because = words.taxed(state, question.service as ServiceKind, rateText(total), sourcingWord(question, state));
  if (total === 0) return free(because, taxability.source, words);
  return {
    category: "S",
    basisPoints: wholeBasisPoints(total),
    because,
    rule: taxability.source,
    components,
    issues: [],
  };
}

const isWithin = ({ sellerPlaces }: Question, state: UsState): boolean =>
  sellerPlaces[0] !== undefined && stateOf(sellerPlaces[0]) === state;

function sourcingWord(question: Question, state: UsState): "destination" | "origin" | "mixed" {
  return isWithin(question, state) ? sourcingIn(state) : "destination";
}

/** Sales into a state follow the buyer; within one, the state's rule. */
function sourcedPlaces(question: Question, state: UsState): readonly string[] {
  const { sellerPlaces, buyerPlaces, rates } = question;
  const rule = sourcingWord(question, state);
  if (rule === "destination") return buyerPlaces;
  if (rule === "origin") return sellerPlaces;
  const isSpecial = (place: string) => rates.some(({ code, level }) => code === place && level === "special");
  return [...sellerPlaces.filter((place) => !isSpecial(place)), ...buyerPlaces.filter(isSpecial)];
}

const holdsOn = ({ from, until }: { from: LocalDate; until?: LocalDate }, on: LocalDate): boolean =>
  from <= on && (until === undefined || on < until);

function free(because: string, rule: string, words: SalesTaxWords): TaxDecision {
  return { category: "O", basisPoints: 0, because, rule, exemption: { reason: words.notCollected }, issues: [] };
}

/** Nothing is settled: the invoice waits until somebody says what is missing. */
function waiting(code: TaxIssue["code"], message: string, words: SalesTaxWords): TaxDecision {
  return {
    category: "S",
    basisPoints: 0,
    because: words.waiting,
    rule: words.rules.waiting,
    issues: [{ code, message }],
  };
}
