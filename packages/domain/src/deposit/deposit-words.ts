type Deducted = { readonly number: string; readonly on: string };

/** How deposits and their deductions speak to the client. */
type DepositWords = {
  readonly line: (engagement: string) => string;
  readonly asked: string;
  readonly shareOf: (percent: string, fee: string) => string;
  readonly less: (deposit: Deducted) => string;
  readonly taxedThen: (said: Readonly<Record<"net" | "tax" | "percent", string>>) => string;
  readonly retaxed: (said: Deducted & Readonly<Record<"was" | "now", string>>) => string;
};

/** @param language BCP 47; English for languages without words of their own */
export const depositWords = (language: string): DepositWords => wordsOf[language.slice(0, 2)] ?? english;

const english: DepositWords = {
  line: (engagement) => `Deposit for ${engagement}`,
  asked: "A deposit on services that are still to come; a later invoice deducts it.",
  shareOf: (percent, fee) => `${percent} of the agreed fee of ${fee}; a later invoice deducts it.`,
  less: ({ number, on }) => `Less deposit ${number} of ${on}`,
  taxedThen: ({ net, tax, percent }) => `${net} net and ${tax} VAT (${percent}) were charged with the deposit.`,
  retaxed: ({ number, was, now }) =>
    `Services that deposit ${number} paid for keep its tax rate of ${was} instead of ${now}`,
};

const german: DepositWords = {
  line: (engagement) => `Anzahlung für ${engagement}`,
  asked: "Anzahlung auf noch ausstehende Leistungen; eine spätere Rechnung zieht sie ab.",
  shareOf: (percent, fee) => `${percent} des vereinbarten Honorars von ${fee}; eine spätere Rechnung zieht sie ab.`,
  less: ({ number, on }) => `Abzüglich Anzahlung ${number} vom ${on}`,
  taxedThen: ({ net, tax, percent }) =>
    `Mit der Anzahlung wurden ${net} netto und ${tax} Umsatzsteuer (${percent}) berechnet.`,
  retaxed: ({ number, was, now }) =>
    `Mit Anzahlung ${number} bezahlte Leistungen behalten deren Steuersatz von ${was} statt ${now}`,
};

const wordsOf: Readonly<Record<string, DepositWords>> = { en: english, de: german };
