import { z } from "zod";
import { bankEntryStateNames } from "@plumbline/domain/bank/entry-state";
import { pageQuery } from "./page.ts";
import { applications, residual } from "./payment.ts";
import { exampleOf, id, instant, localDate, moneyWire, named, reason } from "./scalar.ts";

const eur = (amount: string) => ({ amount, currency: "EUR" });
const entityExample = { id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d02", name: "Meridian Consulting GmbH" };
const count = z.int().min(0);

/** A statement that was taken in, and what became of its entries. */
export const bankStatementWire = z
  .strictObject({
    id: z.uuid(),
    entity: named("EntityName"),
    iban: z.string(),
    statementId: z.string().meta({ description: "The bank's name for it." }),
    sequence: z.string().optional().meta({ description: "The bank's count of them, where it counts." }),
    opening: moneyWire,
    closing: moneyWire,
    fees: moneyWire.meta({ description: "The bank's own fees in it; what it gave back counts against them." }),
    closedOn: localDate,
    entries: z.strictObject({ settled: count, returned: count, open: count, held: count, aside: count }),
    takenInBy: z.string(),
    at: instant,
  })
  .meta({
    id: "BankStatement",
    example: {
      id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d50",
      entity: entityExample,
      iban: "DE20100909000047182936",
      statementId: "2026-00231",
      sequence: "231",
      opening: eur("1000.00"),
      closing: eur("2180.00"),
      fees: eur("10.00"),
      closedOn: "2026-12-01",
      entries: { settled: 1, returned: 0, open: 0, held: 0, aside: 1 },
      takenInBy: "Cleo Collector",
      at: "2026-12-02T06:00:00.000Z",
    },
  });
export type BankStatementWire = z.infer<typeof bankStatementWire>;

/** What a file held. */
export const bankImportWire = z
  .strictObject({
    items: z.array(
      z.strictObject({
        known: z.boolean().meta({ description: "It was taken in before and says the same: nothing changed." }),
        statement: bankStatementWire,
      }),
    ),
  })
  .meta({ id: "BankImport", example: { items: [{ known: false, statement: exampleOf(bankStatementWire) }] } });

const client = named("ClientName");

const proposal = z.strictObject({
  client,
  invoice: z.strictObject({ id: z.uuid(), number: z.string(), open: moneyWire }),
  residual: residual.optional().meta({
    description: "What makes it short: the tax that this client kept before, or the discount agreed for paying early.",
  }),
  score: z.int().min(0).max(100).meta({ description: "It orders proposals and decides nothing." }),
  because: z.string(),
});

const returnProposal = z.strictObject({
  paymentId: z.uuid(),
  client,
  amount: moneyWire,
  receivedOn: localDate,
  because: z.string(),
});

/** One movement of money with one counterparty, as the bank says it. */
export const bankEntryWire = z
  .strictObject({
    id: z.uuid(),
    statement: z.strictObject({ id: z.uuid(), statementId: z.string(), iban: z.string() }),
    amount: moneyWire.meta({ description: "Negative when it left the account." }),
    charges: moneyWire.meta({ description: "What banks kept of it." }),
    bookedOn: localDate,
    counterparty: z.string().optional(),
    counterpartyIban: z.string().optional(),
    endToEndId: z.string().optional(),
    creditorReferences: z.array(z.string()),
    text: z.string(),
    returns: z.boolean().meta({ description: "The bank undoes something that was booked before." }),
    returnReason: z.string().optional(),
    fee: z.boolean().meta({ description: "The bank's own price." }),
    state: z.enum(bankEntryStateNames),
    because: z.string().meta({ description: "Why it is where it is." }),
    paymentId: z.uuid().optional().meta({ description: "What it became, or what it took back." }),
    decidedBy: z.string(),
    proposals: z
      .array(proposal)
      .meta({ description: "Which invoice it may pay while nobody knows, the likeliest first." }),
    returnProposals: z.array(returnProposal).optional().meta({
      description: "Which payment it may take back while nobody knows, the likeliest first; of money that left.",
    }),
  })
  .meta({
    id: "BankEntry",
    example: {
      id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d51",
      statement: {
        id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d50",
        statementId: "2026-00231",
        iban: "DE20100909000047182936",
      },
      amount: eur("1190.00"),
      charges: eur("0.00"),
      bookedOn: "2026-12-01",
      counterparty: "Bright & Moor",
      creditorReferences: [],
      text: "Your bill of October",
      returns: false,
      fee: false,
      state: "open",
      because: "It names no invoice that is open.",
      decidedBy: "Cleo Collector",
      proposals: [
        {
          client: { id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d01", name: "Bright & Moor" },
          invoice: { id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d00", number: "F-2026-00001", open: eur("1190.00") },
          score: 35,
          because: "is what is owed on it; the payer's name is this client's",
        },
      ],
    },
  });
export type BankEntryWire = z.infer<typeof bankEntryWire>;

export const bankEntryFilter = {
  ...pageQuery,
  state: z.enum(bankEntryStateNames).optional().meta({ description: "Those that wait for a person are open or held." }),
  bankStatementId: id<"bank-statement">().optional(),
};

export const bankSettlementInput = z.strictObject({
  clientId: id<"client">(),
  engagementId: id<"engagement">()
    .optional()
    .meta({ description: "Paid ahead for this engagement: a retainer, which its invoices take as they are issued." }),
  receivedOn: localDate
    .optional()
    .meta({ description: "The bank's day when absent; another where the books of that day are closed." }),
  apply: z
    .enum(["later", "oldest_first"])
    .default("later")
    .meta({ description: "What becomes of it when `applications` are not said.", example: "oldest_first" }),
  applications,
});
export const bankReturnInput = z.strictObject({
  paymentId: id<"payment">(),
  on: localDate
    .optional()
    .meta({ description: "The bank's day when absent; another where the books of that day are closed." }),
});
export const setAsideInput = z.strictObject({ reason });
