import { Failure } from "./failure.ts";

/** `238.00EUR`, as the API's amount. @throws Failure `usage` */
export function readAmount(text: string): { readonly amount: string; readonly currency: string } {
  const [, amount, currency] = /^(\d+(?:\.\d+)?) ?([A-Z]{3})$/.exec(text) ?? [];
  if (amount === undefined || currency === undefined)
    throw new Failure("usage", `“${text}” is not an amount such as 238.00EUR.`);
  return { amount, currency };
}

/** `2%` or `-0.12%`, in hundredths of a percent. @throws Failure `usage` */
export function readPercent(text: string): number {
  const [, sign, whole, fraction = ""] = /^(-?)(\d{1,3})(?:\.(\d{1,2}))?\s?%$/.exec(text) ?? [];
  if (whole === undefined) throw new Failure("usage", `“${text}” is not a share such as 30% or 1.27%.`);
  return Number(`${sign}${whole}${fraction.padEnd(2, "0")}`);
}
