import { z } from "zod";
import { fxMoments } from "@plumbline/domain/tax/tax-conversion";
import { placesIssue } from "@plumbline/domain/tax/us-state";
import { taxRoundings } from "@plumbline/domain/tax/tax-rounding";
import { roleNames, type Role } from "@plumbline/domain/access/roles";

const key = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "lower-case letters, digits and dashes");
const country = z.string().regex(/^[A-Z]{2}$/, "an ISO 3166 code of two capitals");
const currency = z.string().regex(/^[A-Z]{3}$/, "an ISO 4217 code of three capitals");
const line = z.string().trim().min(1).max(200);
const timeZone = line.refine((zone) => Intl.supportedValuesOf("timeZone").includes(zone) || zone === "UTC", {
  message: "an IANA time zone such as Europe/Berlin",
});

const legalEntity = z
  .strictObject({
    key,
    legalName: line,
    country,
    currency,
    timeZone,
    address: z.array(line).min(1).max(5),
    taxId: line.optional(),
    /** United States: places that levy sales tax where it is, the state first, such as `[NY, NY-KINGS]`. */
    taxJurisdictions: z
      .array(line)
      .optional()
      .superRefine((places = [], context) => {
        const issue = placesIssue(places);
        if (issue !== undefined) context.addIssue(issue);
      }),
    /**
     * For invoices in another currency, whose tax stands in this one as well: whose rates are taken, and of which day. Without
     * it such an invoice is not issued while it charges tax.
     */
    fx: z.strictObject({ fixedAt: z.enum(fxMoments), source: line }).optional(),
    bank: z.strictObject({ bank: line, iban: line, bic: line }).optional(),
    /** Month in which the fiscal year starts; 1 is January. */
    fiscalYearStarts: z.int().min(1).max(12).default(1),
    /** Format of invoice numbers, such as `MC-DE-{year}-{number:5}`. */
    invoiceNumbers: line,
    /** Format of credit note numbers; that of invoices behind `CN-` when absent. */
    creditNoteNumbers: line.optional(),
    /** Format of deposit invoice numbers; that of invoices behind `DP-` when absent. */
    depositNumbers: line.optional(),
    /** What VAT is rounded over: the sum of each category, or each `line`, as the ledger does that invoices are posted to. */
    taxRounding: z.enum(taxRoundings).optional(),
    /**
     * When VAT becomes due where that is not the end of the service: with the issue, if that is within so many days after it, or
     * with the payment (cash accounting).
     */
    taxPoint: z
      .discriminatedUnion("rule", [
        z.strictObject({ rule: z.literal("issue"), withinDays: z.int().min(0).max(366).optional() }),
        z.strictObject({ rule: z.literal("payment") }),
      ])
      .optional(),
  })
  .refine(({ taxPoint, taxJurisdictions = [] }) => taxPoint === undefined || taxJurisdictions.length === 0, {
    path: ["taxPoint"],
    message: "sales tax is due with the sale; a tax point is for VAT",
  })
  .refine(({ taxRounding, taxJurisdictions = [] }) => taxRounding !== "line" || taxJurisdictions.length === 0, {
    path: ["taxRounding"],
    message: "sales tax is rounded for each authority over the document; line is for VAT",
  });

const person = z.strictObject({
  email: z.email().max(200).toLowerCase(),
  name: line,
  roles: z.array(z.enum(roleNames as readonly [Role, ...Role[]])).min(1),
});

/** `tenants/<slug>/tenant.yaml`: the firm, its companies and its people. */
export const tenantFile = z.strictObject({
  slug: key,
  name: line,
  partner: z.strictObject({ slug: key, name: line }),
  /** What the firm's trade is, by folders of `tenants/_verticals`: their packs stand between the platform's and the firm's own. */
  verticals: z.array(key).optional(),
  /** The firm's organisation at the identity provider; the local one makes its own. */
  organization: z
    .string()
    .regex(/^org_[A-Za-z0-9]{1,60}$/, "org_ and letters or digits")
    .optional(),
  orgUnits: z.array(z.strictObject({ key, name: line, parent: key.optional() })).default([]),
  legalEntities: z.array(legalEntity).min(1),
  people: z.array(person).min(1),
});
export type TenantFile = z.infer<typeof tenantFile>;

/** `tenants/<slug>/brand.yaml`: what the firm's clients see instead of us. */
export const brandFile = z.strictObject({
  name: line,
  colour: z.string().regex(/^#[0-9a-f]{6}$/, "a colour such as #0f6e6e"),
  font: line,
  /** An SVG file beside brand.yaml. */
  logo: z.string().regex(/^[a-z0-9-]+\.svg$/, "the name of an SVG file in the same folder"),
  website: z.url().optional(),
  supportEmail: z.email().optional(),
  footer: z.string().max(400).optional(),
});
export type BrandFile = z.infer<typeof brandFile>;
