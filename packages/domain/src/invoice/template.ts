/** What documents are rendered with: `summary` leaves out the calculation under each line, which the API still says. */
export const invoiceTemplates = ["invoice", "summary"] as const;
export type InvoiceTemplate = (typeof invoiceTemplates)[number];
