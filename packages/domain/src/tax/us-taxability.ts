import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { ServiceKind } from "./service-kind.ts";
import type { UsState } from "./us-state.ts";

/** Whether a state taxes a kind of service, from a day on. */
export type Taxability = {
  readonly state: UsState;
  readonly service: ServiceKind;
  readonly taxable: boolean;
  readonly from: LocalDate;
  readonly source: string;
};

const professional = ["consulting", "legal", "accounting", "engineering"] as const satisfies readonly ServiceKind[];

/**
 * States whose statutes name what they tax, and name no professional service; and those that tax services as such.
 * Services whose treatment turns on details (software, data, information) are left to the firm's own table.
 */
// prettier-ignore
// oxfmt-ignore
const rules: readonly { states: readonly UsState[]; services: readonly ServiceKind[]; taxable: boolean; from: string; source: string }[] = [
  { states: ["CA"], services: [...professional, "training"], taxable: false, from: "2000-01-01", source: "Cal. Rev. & Tax. Code § 6051: tangible personal property only" },
  { states: ["FL"], services: professional, taxable: false, from: "2000-01-01", source: "Fla. Stat. § 212.08(7)(v)" },
  { states: ["GA"], services: professional, taxable: false, from: "2000-01-01", source: "O.C.G.A. § 48-8-3(22)" },
  { states: ["IL"], services: professional, taxable: false, from: "2000-01-01", source: "35 ILCS 120/2: tangible personal property only" },
  { states: ["MA"], services: professional, taxable: false, from: "2000-01-01", source: "M.G.L. c. 64H, § 1" },
  { states: ["MI"], services: professional, taxable: false, from: "2000-01-01", source: "MCL 205.52" },
  { states: ["NC"], services: professional, taxable: false, from: "2000-01-01", source: "N.C. Gen. Stat. § 105-164.4" },
  { states: ["NJ"], services: professional, taxable: false, from: "2000-01-01", source: "N.J.S.A. 54:32B-3(b)" },
  { states: ["NY"], services: [...professional, "training"], taxable: false, from: "2000-01-01", source: "N.Y. Tax Law § 1105(c)" },
  { states: ["OH"], services: professional, taxable: false, from: "2000-01-01", source: "Ohio Rev. Code § 5739.01(B)" },
  { states: ["PA"], services: professional, taxable: false, from: "2000-01-01", source: "72 P.S. § 7201(k)" },
  { states: ["TX"], services: professional, taxable: false, from: "2000-01-01", source: "Tex. Tax Code § 151.0101" },
  { states: ["VA"], services: professional, taxable: false, from: "2000-01-01", source: "Va. Code § 58.1-609.5(1)" },
  { states: ["WA"], services: ["legal", "accounting", "engineering", "consulting"], taxable: false, from: "2000-01-01", source: "RCW 82.04.050" },
  { states: ["WA"], services: ["it_services", "training"], taxable: true, from: "2025-10-01", source: "ESSB 5814 (2025), RCW 82.04.050" },
  { states: ["CT"], services: ["legal", "accounting", "engineering"], taxable: false, from: "2000-01-01", source: "Conn. Gen. Stat. § 12-407(a)(37)" },
  { states: ["CT"], services: ["consulting"], taxable: true, from: "2000-01-01", source: "Conn. Gen. Stat. § 12-407(a)(37)(J)" },
  { states: ["HI"], services: [...professional, "it_services", "data_processing", "saas", "training"], taxable: true, from: "2000-01-01", source: "HRS § 237-13(6)" },
  { states: ["NM"], services: [...professional, "it_services", "data_processing", "saas", "training"], taxable: true, from: "2000-01-01", source: "NMSA 1978 § 7-9-4" },
  { states: ["SD"], services: [...professional, "it_services", "data_processing", "saas"], taxable: true, from: "2000-01-01", source: "SDCL 10-45-4" },
];

export const builtInTaxability: readonly Taxability[] = rules.flatMap(({ states, services, ...rule }) =>
  states.flatMap((state) => services.map((service) => ({ ...rule, state, service, from: rule.from as LocalDate }))),
);

/**
 * What holds for a service in a state on a day; undefined where nobody has said, which is never “no”. What the firm
 * says itself comes before what is built in.
 */
export function taxabilityOn(
  firm: readonly Taxability[],
  input: { readonly state: UsState; readonly service: ServiceKind; readonly on: LocalDate },
): Taxability | undefined {
  return newest(firm, input) ?? newest(builtInTaxability, input);
}

function newest(
  rows: readonly Taxability[],
  { state, service, on }: { readonly state: UsState; readonly service: ServiceKind; readonly on: LocalDate },
): Taxability | undefined {
  return rows
    .filter((row) => row.state === state && row.service === service && row.from <= on)
    .reduce<Taxability | undefined>(
      (best, row) => (best === undefined || row.from > best.from ? row : best),
      undefined,
    );
}
