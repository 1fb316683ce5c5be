import type { Cost, Proof } from "@plumbline/domain/worklog/work-piece";

type Words = {
  readonly name: (work: Cost) => string;
  readonly paid: (amount: string, work: Cost) => string;
  readonly paidAsAgent: (amount: string, work: Cost) => string;
  readonly lessVat: (amount: string) => string;
  readonly markup: (share: string) => string;
  readonly receipt: (proof: Proof) => string;
};

/** How the lines of expenses and disbursements speak, in the client's language; English where it has no words. */
export const costWords = (language: string): Words => wordsOf[language.slice(0, 2)] ?? english;

const name = ({ category, description }: Cost): string => `${category}: ${description}`;

const english: Words = {
  name,
  paid: (amount, { on, worker }) => `${amount} paid on ${on}${worker === undefined ? "" : ` by ${worker}`}`,
  paidAsAgent: (amount, { on }) => `${amount} paid on ${on} in your name and on your behalf, passed on as paid`,
  lessVat: (amount) => `less ${amount} VAT that we recover`,
  markup: (share) => `plus ${share} as agreed`,
  receipt: ({ document }) => `receipt ${document}`,
};

const german: Words = {
  name,
  paid: (amount, { on, worker }) => `${amount} bezahlt am ${on}${worker === undefined ? "" : ` von ${worker}`}`,
  paidAsAgent: (amount, { on }) =>
    `${amount} bezahlt am ${on} in Ihrem Namen und für Ihre Rechnung, weitergegeben wie bezahlt`,
  lessVat: (amount) => `abzüglich ${amount} Vorsteuer`,
  markup: (share) => `zuzüglich ${share} wie vereinbart`,
  receipt: ({ document }) => `Beleg ${document}`,
};

const wordsOf: Readonly<Record<string, Words>> = { en: english, de: german };
