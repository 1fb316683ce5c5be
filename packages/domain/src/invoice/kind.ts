/** What an invoice document is: each kind is numbered in a series of its own. */
export const invoiceKinds = ["invoice", "credit_note", "deposit"] as const;
export type InvoiceKind = (typeof invoiceKinds)[number];

/** What is owed on: documents of ours, and those that another system issued before the firm moved in. */
export type DebtKind = InvoiceKind | "opening";
