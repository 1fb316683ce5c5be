import type { CreditAsk } from "@plumbline/domain/credit/credit-lines";
import type { InvoiceId, WorkItemId } from "@plumbline/domain/id";
import type { Currency } from "@plumbline/domain/money/currency";

/** Work that a line of an issued invoice bills for more, or otherwise, than its latest approved version says. */
export type Overbilled = {
  readonly id: WorkItemId;
  readonly kind: "time" | "cost";
  readonly invoiceId: InvoiceId;
  readonly number: string;
  readonly currency: Currency;
  readonly position: number;
  /** Whether all that was billed of it goes back, to be billed anew as it is now. */
  readonly anew: boolean;
  /** What was billed, and what it is now. */
  readonly words: string;
  /** Billed minutes that go back to it from this line; 0 of a cost. */
  readonly back: number;
  /** What is asked for of the line of a cost, which bills nothing else. */
  readonly ask?: Omit<CreditAsk, "position" | "treatment">;
};
