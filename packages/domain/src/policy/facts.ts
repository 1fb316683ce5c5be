/** How CEL names a fact's type, and what it is in TypeScript. CEL counts in 64-bit integers, so `int` is a bigint. */
type FactValues = { bool: boolean; int: bigint; string: string; "list<string>": readonly string[] };

export type FactType = keyof FactValues;

/**
 * Everything a rule may look at, by the subject it judges. The CEL declarations, the TypeScript types and the check
 * of a rule's cases all derive from this table; adding a fact is a reviewed change here and never a string in a
 * tenant file.
 */
export const factTypes = {
  /** Time entries of one engagement that share all of these facts, judged together. */
  work: {
    work: {
      /** submitted | approved | rejected */
      status: "string",
      /** Total of the group. */
      minutes: "int",
      entries: "int",
      duplicate: "bool",
      overlapping: "bool",
      /** Recorded after the last day the client's terms leave for it: it will be written off. */
      late: "bool",
    },
    /** `role`: of the entry, else of the worker's grade on that day; empty when neither says. */
    worker: { role: "string" },
    /**
     * What the entry says was done. Known where a rule of the bundle asks, since reading it costs. `words`: up to 20.
     * `vague`: nothing but a phrase that fits any work. `lumpedMinutes`: length of an entry that tells of several tasks, else 0.
     */
    narrative: { words: "int", vague: "bool", lumpedMinutes: "int" },
    /** `issue` is the code that says why no rate was found, else empty. */
    rate: { found: "bool", issue: "string" },
    project: { billable: "bool", active: "bool" },
    client: { id: "string" },
    /** `missing` names what keeps the engagement from being ready, in words. */
    engagement: { ready: "bool", missing: "list<string>", billable: "bool" },
  },
  /** A milestone that is due or accepted. `evidenced`: a hashed document proves the acceptance. */
  milestone: {
    milestone: { accepted: "bool", evidenced: "bool", amountMinor: "int" },
    client: { id: "string" },
  },
  /** Money spent for a client. `allowed`: the terms let its category be charged; `convertible`: an exchange rate is there or not needed. */
  expense: {
    expense: {
      approved: "bool",
      category: "string",
      allowed: "bool",
      convertible: "bool",
      receipt: "bool",
      receiptRequired: "bool",
      /** Paid in the client's name, and passed on as paid. */
      asAgent: "bool",
      /** Cost to the firm, in the currency it was paid in. */
      amountMinor: "int",
    },
    client: { id: "string" },
  },
  /** One worker's week from Monday, over all engagements. */
  worker_week: {
    week: { minutes: "int", entries: "int", days: "int", duplicates: "int", overlaps: "int" },
  },
  invoice: {
    /** `first`: the first invoice to this client. Amounts are in minor units of `currency`. */
    invoice: { netMinor: "int", totalMinor: "int", minutes: "int", lines: "int", currency: "string", first: "bool" },
    client: { id: "string", poRequired: "bool" },
    /** `remainingMinor` before this invoice; `validOn`: on the invoice's period. */
    po: { present: "bool", currency: "string", remainingMinor: "int", validOn: "bool" },
    engagement: { ready: "bool", missing: "list<string>" },
    /** The fullest cap of its engagements, with this invoice; 0 without a cap. */
    budget: { capped: "bool", usedPercent: "int" },
    /** ISO 3166 codes. The buyer is who pays; an unknown country is empty. */
    seller: { country: "string" },
    buyer: { country: "string", hasTaxId: "bool" },
    /** `settled`: decided with evidence, without an issue. */
    /** `convertible`: the tax stands in the tax currency, needs not to, or will at issue. */
    tax: { category: "string", settled: "bool", convertible: "bool" },
    /** Approved work of the same projects and period that stays behind. */
    held: { minutes: "int", entries: "int" },
  },
} as const satisfies Record<string, Record<string, Record<string, FactType>>>;

type FactTypes = typeof factTypes;

/** What a rule judges. */
export type Subject = keyof FactTypes;

export const subjects = Object.keys(factTypes) as readonly Subject[];

/**
 * The facts of one subject. Every fact must be named; `undefined` says that it is not known, and a rule that needs it
 * rules `unknown`, which blocks.
 */
export type Facts<S extends Subject> = {
  readonly [Group in keyof FactTypes[S]]: {
    readonly [Name in keyof FactTypes[S][Group]]:
      | (FactTypes[S][Group][Name] extends FactType ? FactValues[FactTypes[S][Group][Name]] : never)
      | undefined;
  };
};

/** The table of one subject for those who walk it by name. */
export const factTypesOf = (subject: Subject): Readonly<Record<string, Readonly<Record<string, FactType>>>> =>
  factTypes[subject];
