import { expect, it } from "vitest";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { contentText, type InvoiceContent } from "./content.ts";

const content: InvoiceContent = {
  entityId: "e",
  clientId: "c",
  payerId: "c",
  currency: "EUR",
  period: { start: "2026-10-01" as LocalDate, end: "2026-11-01" as LocalDate },
  orderId: undefined,
  paymentTermsDays: 30,
  lines: [
    {
      position: 1,
      projectId: "p",
      description: "Senior",
      minutes: 90,
      priceMinor: 15000n,
      netMinor: 22500n,
      quantity: "90",
      unit: "minute",
      priceBase: 60,
      retainedMinor: 0n,
    },
  ],
  taxes: [{ category: "S", basisPoints: 1900, baseMinor: 22500n, taxMinor: 4275n }],
};

const discount = {
  kind: "allowance",
  amountMinor: 100n,
  share: { basisPoints: 500, baseMinor: 2_000n },
  code: "95",
  reason: "Agreed discount",
  because: "5 % of 20.00 EUR as agreed",
} as const;

it("changes with anything a person approves", () => {
  const [line] = content.lines as [InvoiceContent["lines"][0]];
  const edits: Partial<InvoiceContent>[] = [
    { payerId: "other" },
    { currency: "USD" },
    { orderId: "po" },
    { paymentTermsDays: 14 },
    { lines: [{ ...line, description: "Junior" }] },
    { lines: [{ ...line, minutes: 91 }] },
    { lines: [{ ...line, projectId: undefined }] },
    { lines: [{ ...line, quantity: "91" }] },
    { lines: [{ ...line, unit: "each" }] },
    { lines: [{ ...line, priceBase: 1 }] },
    { lines: [{ ...line, retainedMinor: 1n }] },
    { lines: [] },
    { taxes: [] },
    { adjustments: [{ ...discount, category: "S", basisPoints: 1900 }] },
    { adjustments: [{ ...discount, category: "S", basisPoints: 700 }] },
    { lines: [{ ...line, adjustments: [discount] }] },
    { lines: [{ ...line, adjustments: [{ ...discount, kind: "surcharge" }] }] },
  ];
  const texts = [content, ...edits.map((edit) => ({ ...content, ...edit }))].map(contentText);
  expect(new Set(texts).size).toBe(edits.length + 1);
});

it("is the same text for the same content", () => {
  expect(contentText(structuredClone(content))).toBe(contentText(content));
  const [line] = content.lines as [InvoiceContent["lines"][0]];
  expect(contentText({ ...content, adjustments: [], lines: [{ ...line, adjustments: [] }] })).toBe(
    contentText(content),
  );
});
