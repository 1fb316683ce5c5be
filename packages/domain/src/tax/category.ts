/**
 * VAT categories an invoice line can have. The keys are the codes of EN 16931 (UNCL 5305); `rateApplies` says whether
 * the seller adds tax at a rate above zero. `exemption` is the code that says why there is none (VATEX, BT-121),
 * where one fits all.
 */
// prettier-ignore
export const taxCategories = {
  S:  { title: "Standard rate",                      rateApplies: true },
  Z:  { title: "Zero rated",                         rateApplies: false },
  E:  { title: "Exempt from tax",                    rateApplies: false },
  AE: { title: "Reverse charge",                     rateApplies: false, exemption: "VATEX-EU-AE" },
  K:  { title: "Intra-community supply of goods",    rateApplies: false, exemption: "VATEX-EU-IC" },
  G:  { title: "Export of goods outside the EU",     rateApplies: false, exemption: "VATEX-EU-G" },
  O:  { title: "Outside the scope of tax",           rateApplies: false, exemption: "VATEX-EU-O" },
} as const satisfies Record<string, { title: string; rateApplies: boolean; exemption?: string }>;

export type TaxCategory = keyof typeof taxCategories;

export const taxCategoryCodes = Object.keys(taxCategories) as readonly TaxCategory[] as readonly [
  TaxCategory,
  ...TaxCategory[],
];

export const isTaxCategory = (text: string): text is TaxCategory => Object.hasOwn(taxCategories, text);
