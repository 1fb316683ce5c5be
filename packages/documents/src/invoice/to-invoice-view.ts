import { familyFor } from "@plumbline/domain/brand/family";
import { logoView } from "@plumbline/domain/brand/logo-view";
import { paletteFor, type Scheme } from "@plumbline/domain/brand/palette";
import type { InvoiceTemplate } from "@plumbline/domain/invoice/template";
import type { InvoiceSnapshot, SnapshotLine, SnapshotParty, SnapshotTax } from "@plumbline/domain/invoice/snapshot";
import { isInEu, vatAreaOf } from "@plumbline/domain/tax/vat-area";
import type { Catalogue, Labels } from "./catalogue.ts";
import { catalogueFor } from "./catalogue-for.ts";
import type {
  BrandColours,
  BrandView,
  InvoiceView,
  LineView,
  PartyView,
  PaymentView,
  TaxView,
  TotalsView,
} from "./invoice-view.ts";
import { factViews } from "./fact-views.ts";
import { plainText } from "./plain-text.ts";
import { type Printer, printerFor } from "./printer.ts";
import { adjustedView, adjustmentViews } from "./adjustment-view.ts";
import { timesheetView } from "./timesheet-view.ts";

type Words = { readonly catalogue: Catalogue; readonly labels: Labels; readonly printer: Printer };

/**
 * Turns the frozen invoice into ready-to-print words. The same snapshot gives the same view.
 *
 * @throws RangeError for a schema this renderer does not know, or an annex entry without its line
 */
export function toInvoiceView(snapshot: InvoiceSnapshot): InvoiceView {
  if (snapshot.schema !== 3) throw new RangeError(`invoice snapshot schema ${String(snapshot.schema)} is not known`);
  const { catalogue, language } = catalogueFor(snapshot.language);
  const printer = printerFor(snapshot.language, snapshot.currency);
  const labels = labelsOf(snapshot, catalogue);
  const words = { catalogue, labels, printer };
  const number = plainText(snapshot.number);
  const approvals = approvalsOf(snapshot, words);
  const timesheet = timesheetView(snapshot, words);
  const minutes = snapshot.lines.reduce((total, line) => total + line.minutes, 0);

  return {
    schema: 3,
    language,
    title: titleOf(snapshot, catalogue)(number),
    number,
    labels,
    brand: brandView(snapshot),
    seller: partyView(snapshot.seller, printer),
    buyer: partyView(snapshot.buyer, printer),
    facts: factViews(snapshot, words),
    columns: snapshot.lines.every(({ unit }) => unit === "minute")
      ? { quantity: labels.hours, price: labels.rate }
      : { quantity: labels.quantity, price: labels.price },
    lines: snapshot.lines.map((line) => lineView(line, { ...words, brief: snapshot.template.id === brief })),
    linesShowTax: snapshot.taxes.filter(({ component }) => component === undefined).length > 1,
    ...(minutes !== 0 && { hours: printer.hours(minutes) }),
    taxes: snapshot.taxes.map((tax) => taxView(tax, words)),
    totals: totalsView(snapshot, words),
    dueOn: printer.date(snapshot.dueOn),
    payment: snapshot.correction === undefined ? paymentView(snapshot, words) : creditView(snapshot, words),
    ...(approvals !== undefined && { approvals }),
    ...(timesheet && { timesheet }),
  };
}

function titleOf({ kind, correction }: InvoiceSnapshot, catalogue: Catalogue): (number: string) => string {
  if (correction !== undefined) return catalogue.creditTitle;
  return kind === "deposit" ? catalogue.depositTitle : catalogue.invoiceTitle;
}

/** A credit note asks for nothing: what would be due is credited. */
function labelsOf(snapshot: InvoiceSnapshot, catalogue: Catalogue): Labels {
  const labels = hasVat(snapshot) ? { ...catalogue.labels, ...catalogue.vatLabels } : catalogue.labels;
  if (snapshot.correction === undefined) return labels;
  return { ...labels, amountDue: labels.amountCredited, due: labels.creditedOn, payment: labels.settlement };
}

function brandView({ brand }: InvoiceSnapshot): BrandView {
  const logo = logoView(brand.logoSvg);
  return {
    name: plainText(brand.name),
    light: coloursFor(brand.colour, "light"),
    dark: coloursFor(brand.colour, "dark"),
    font: familyFor(brand.font),
    ...(logo && { logo }),
    ...(brand.website && { website: plainText(brand.website) }),
    ...(brand.supportEmail && { supportEmail: plainText(brand.supportEmail) }),
    ...(brand.footer && { footer: plainText(brand.footer) }),
  };
}

/** The colours that documents use: a palette has more, for screens. */
function coloursFor(colour: string, scheme: Scheme): BrandColours {
  const { solid, onSolid, solidBorder, tint, text, line } = paletteFor(colour, scheme);
  return { solid, onSolid, solidBorder, tint, text, line };
}

function partyView(party: SnapshotParty, printer: Printer): PartyView {
  const [name, legalName] = [plainText(party.name), plainText(party.legalName)];
  return {
    // "Saffron & Co" above "Saffron & Co mbB" would only say it twice.
    ...(legalName.startsWith(name) ? { name: legalName } : { name, ...(legalName && { legalName }) }),
    address: [...party.address.map(plainText), plainText(printer.country(party.country))].filter(Boolean),
    ...(party.taxId && { taxId: plainText(party.taxId) }),
    ...(party.email && { email: plainText(party.email) }),
  };
}

/** The template whose lines say what they cost, and not how that came about. */
const brief: InvoiceTemplate = "summary";

function lineView(line: SnapshotLine, words: Words & { readonly brief: boolean }): LineView {
  const { printer } = words;
  const priceUnit = priceUnitOf(line, words);
  return {
    position: String(line.position),
    ...(line.project !== undefined && { project: plainText(line.project) }),
    description: plainText(line.description),
    quantity: quantityOf(line, words),
    price: printer.money(line.priceMinor),
    ...(priceUnit !== undefined && { priceUnit }),
    tax: printer.percent(line.taxBasisPoints),
    net: printer.money(line.netMinor),
    because: words.brief ? "" : plainText(line.because),
    ...(line.adjustments !== undefined && { adjustments: adjustmentViews(line.adjustments, words) }),
  };
}

function quantityOf({ unit, quantity }: SnapshotLine, { catalogue, printer }: Words): string {
  if (unit === "minute") return printer.hours(Number(quantity));
  const number = printer.number(quantity);
  if (unit === "each") return number;
  const { one, many } = catalogue.units[unit];
  return `${number}\u00a0${quantity === "1" ? one : many}`;
}

/** A day rate is printed as agreed: dividing it by eight would show a price nobody signed. */
function priceUnitOf({ unit, priceBase }: SnapshotLine, { catalogue, labels, printer }: Words): string | undefined {
  if (unit === "minute") {
    return priceBase === 60 ? labels.perHour : catalogue.per(printer.hours(priceBase));
  }
  const words = unit === "each" ? undefined : catalogue.units[unit];
  if (priceBase === 1) return words && catalogue.per(words.one);
  return catalogue.per([printer.number(String(priceBase)), words?.many ?? ""].join(" ").trim());
}

const retainedOf = ({ lines }: InvoiceSnapshot): bigint =>
  lines.reduce((sum, { retainedMinor = "0" }) => sum + BigInt(retainedMinor), 0n);

function totalsView(snapshot: InvoiceSnapshot, words: Words): TotalsView {
  const { printer } = words;
  const applied = BigInt(snapshot.retainer?.appliedMinor ?? 0);
  const retained = retainedOf(snapshot);
  const withheld = BigInt(snapshot.withholding?.amountMinor ?? 0);
  return {
    ...adjustedView(snapshot, words),
    net: printer.money(snapshot.netMinor),
    tax: printer.money(snapshot.taxMinor),
    total: printer.money(snapshot.totalMinor),
    ...(retained !== 0n && { retained: printer.money(String(-retained)) }),
    ...(applied !== 0n && { paidAhead: printer.money(String(-applied)) }),
    ...(withheld !== 0n && { withheld: printer.money(String(-withheld)) }),
    ...([retained, applied, withheld].some((minor) => minor !== 0n) && { reduced: true }),
    payable: printer.money(String(BigInt(snapshot.totalMinor) - retained - applied - withheld)),
  };
}

function taxView(tax: SnapshotTax, { catalogue, printer }: Words): TaxView {
  // The law's own sentence where the language has one; else the reason that was stored with the tax.
  const note = catalogue.taxNotes[tax.category] ?? (tax.exemption && plainText(tax.exemption.reason));
  return {
    category: tax.component
      ? `${plainText(tax.component.name)} (${catalogue.salesTaxLevels[tax.component.level]})`
      : catalogue.taxCategories[tax.category],
    rate: tax.component ? printer.exactPercent(tax.component.rateMillionths) : printer.percent(tax.basisPoints),
    base: printer.money(tax.baseMinor),
    tax: printer.money(tax.taxMinor),
    ...(note && { note }),
    because: plainText(tax.because),
  };
}

function paymentView(snapshot: InvoiceSnapshot, words: Words): PaymentView {
  const { catalogue, labels, printer } = words;
  const number = plainText(snapshot.number);
  const { bank } = snapshot;
  return {
    request: catalogue.payRequest({
      total: totalsView(snapshot, words).payable,
      dueOn: printer.date(snapshot.dueOn),
      number,
    }),
    terms: catalogue.terms(snapshot.paymentTermsDays),
    ...(bank && {
      bank: [
        { label: labels.accountHolder, value: plainText(snapshot.seller.legalName) },
        { label: labels.bank, value: plainText(bank.bank) },
        { label: labels.iban, value: inFours(plainText(bank.iban)) },
        { label: labels.bic, value: plainText(bank.bic) },
        { label: labels.reference, value: number },
      ],
    }),
  };
}

/** Nothing is to be paid, so no bank is named. */
function creditView(snapshot: InvoiceSnapshot, { catalogue, labels, printer }: Words): PaymentView {
  const { number = "", reason = "" } = snapshot.correction ?? {};
  const total = printer.money(String(retainedOf(snapshot) - BigInt(snapshot.totalMinor)));
  return {
    request: catalogue.creditRequest({ total, number: plainText(number) }),
    terms: `${labels.correctionReason}: ${plainText(reason)}`,
  };
}

function approvalsOf({ approvals }: InvoiceSnapshot, { catalogue, printer }: Words): string | undefined {
  if (approvals.length === 0) return undefined;
  const people = approvals.map(({ by, at }) => catalogue.approvedOn({ by: plainText(by), on: printer.day(at) }));
  return catalogue.approvals(printer.list(people));
}

/** Outside the European Union, the countries near it whose tax on services is a value added tax. */
const otherVatCountries: readonly string[] = ["GB", "CH", "LI", "NO"];

function hasVat({ seller, issuedOn }: InvoiceSnapshot): boolean {
  const area = vatAreaOf(seller.country);
  return isInEu(area, issuedOn) || otherVatCountries.includes(area);
}

/** An IBAN is read and typed in groups of four. */
const inFours = (iban: string): string => iban.replaceAll(/\s/g, "").replaceAll(/(.{4})(?=.)/g, "$1 ");
