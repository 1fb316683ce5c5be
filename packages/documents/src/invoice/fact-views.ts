import type { InvoiceSnapshot } from "@plumbline/domain/invoice/snapshot";
import type { Catalogue, Labels } from "./catalogue.ts";
import type { FactView } from "./invoice-view.ts";
import { plainText } from "./plain-text.ts";
import { type Printer, printerFor } from "./printer.ts";

type Words = { readonly catalogue: Catalogue; readonly labels: Labels; readonly printer: Printer };

/** What stands beside the parties: dates, what it is about, what was paid ahead, and tax in another currency. */
export function factViews(snapshot: InvoiceSnapshot, words: Words): FactView[] {
  const { labels, printer } = words;
  const { code, name } = snapshot.engagement;
  const engagement = [code, name].map(plainText).filter(Boolean).join(" · ");
  return [
    { label: labels.issuedOn, value: printer.date(snapshot.issuedOn) },
    // What a deposit is for is still to come: the day it was asked for is no time of service.
    ...(snapshot.kind === "deposit"
      ? []
      : [{ label: labels.period, value: printer.period(snapshot.periodStart, snapshot.periodEnd) }]),
    ...taxPointFacts(snapshot, words),
    { label: labels.purchaseOrder, value: plainText(snapshot.purchaseOrder ?? "") },
    { label: labels.engagement, value: engagement },
    ...retainerFacts(snapshot, words),
    ...hoursFacts(snapshot, words),
    ...correctionFacts(snapshot, words),
    ...conversionFacts(snapshot, words),
    ...withholdingFacts(snapshot, words),
    ...earlyPaymentFacts(snapshot, words),
  ].filter((fact) => fact.value !== "");
}

const withholdingFacts = ({ withholding }: InvoiceSnapshot, { catalogue, labels, printer }: Words): FactView[] =>
  withholding === undefined
    ? []
    : [
        {
          label: labels.withheld,
          value: catalogue.withheldUnder({
            share: printer.percent(withholding.basisPoints),
            of: withholding.of,
            reference: plainText(withholding.reference),
          }),
        },
      ];

const earlyPaymentFacts = ({ earlyPayment = [] }: InvoiceSnapshot, { catalogue, labels, printer }: Words): FactView[] =>
  earlyPayment.map(({ basisPoints, amountMinor, until }) => ({
    label: labels.earlyPayment,
    value: catalogue.earlyPayment({
      share: printer.percent(basisPoints),
      amount: printer.money(amountMinor),
      until: printer.date(until),
    }),
  }));

/** Where VAT is due with the payment, the law wants that said (Directive 2006/112/EC, article 226(7a)). */
const taxPointFacts = ({ taxPoint }: InvoiceSnapshot, { catalogue, labels, printer }: Words): FactView[] =>
  taxPoint === undefined
    ? []
    : [
        {
          label: labels.taxPoint,
          value: taxPoint.on === undefined ? catalogue.dueWhenPaid : printer.date(taxPoint.on),
        },
      ];

const retainerFacts = ({ retainer }: InvoiceSnapshot, { catalogue, labels, printer }: Words): FactView[] =>
  retainer === undefined
    ? []
    : [
        {
          label: labels.retainer,
          value: catalogue.retainerLeft({
            applied: printer.money(retainer.appliedMinor),
            remaining: printer.money(retainer.remainingMinor),
          }),
        },
      ];

const hoursFacts = ({ hourBuckets = [] }: InvoiceSnapshot, { catalogue, labels, printer }: Words): FactView[] =>
  hourBuckets.map(({ startsOn, boughtMinutes, drawnMinutes, remainingMinutes }) => ({
    label: labels.hourBucket,
    value: catalogue.hoursDrawn({
      bought: printer.hours(boughtMinutes),
      from: printer.shortDate(startsOn),
      drawn: printer.hours(drawnMinutes),
      remaining: printer.hours(remainingMinutes),
    }),
  }));

/** The invoice that a credit note corrects, by number and date (EN 16931 BT-25 and BT-26). */
function correctionFacts({ correction }: InvoiceSnapshot, { catalogue, labels, printer }: Words): FactView[] {
  if (correction === undefined) return [];
  const number = plainText(correction.number);
  return [{ label: labels.corrects, value: catalogue.ofInvoice({ number, on: printer.date(correction.issuedOn) }) }];
}

/** The tax in the currency it is declared in, and how it came about (EN 16931 BT-6 and BT-111). */
function conversionFacts(snapshot: InvoiceSnapshot, { catalogue, labels, printer }: Words): FactView[] {
  const { taxConversion } = snapshot;
  if (taxConversion === undefined) return [];
  const { currency, taxMinor, rate } = taxConversion;
  const value = catalogue.taxConverted({
    tax: printerFor(snapshot.language, currency).money(taxMinor),
    base: rate.base,
    quote: rate.quote,
    rate: printer.exact(rate.rate),
    source: plainText(rate.source),
    on: printer.date(rate.on),
  });
  return [{ label: `${labels.totalTax} (${currency})`, value }];
}
