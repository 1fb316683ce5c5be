import type { ImportKind } from "@plumbline/contract/import-row";
import type { ImportKindSpec } from "./import-kind.ts";
import { businessHours } from "./kinds/business-hours.ts";
import { clients } from "./kinds/clients.ts";
import { costRates } from "./kinds/cost-rates.ts";
import { deliveryProfiles } from "./kinds/delivery-profiles.ts";
import { engagements } from "./kinds/engagements.ts";
import { expenses } from "./kinds/expenses.ts";
import { fxRates } from "./kinds/fx-rates.ts";
import { holidays } from "./kinds/holidays.ts";
import { meters } from "./kinds/meters.ts";
import { milestones } from "./kinds/milestones.ts";
import { numberSeries } from "./kinds/number-series.ts";
import { openingCredits } from "./kinds/opening-credits.ts";
import { openingLimits } from "./kinds/opening-limits.ts";
import { openingReceivables } from "./kinds/opening-receivables.ts";
import { projects } from "./kinds/projects.ts";
import { rateCards } from "./kinds/rate-cards.ts";
import { rates } from "./kinds/rates.ts";
import { splits } from "./kinds/splits.ts";
import { subscriptions } from "./kinds/subscriptions.ts";
import { taxCertificates } from "./kinds/tax-certificates.ts";
import { timeEntries } from "./kinds/time-entries.ts";
import { usage } from "./kinds/usage.ts";
import { usTaxNexus } from "./kinds/us-tax-nexus.ts";
import { usTaxRates } from "./kinds/us-tax-rates.ts";
import { usTaxability } from "./kinds/us-taxability.ts";
import { workerGrades, workers } from "./kinds/workers.ts";

/** Everything that can be imported, in an order in which no row refers to a later kind. */
export const importKindSpecs: Readonly<Record<ImportKind, ImportKindSpec<unknown>>> = {
  clients,
  delivery_profiles: deliveryProfiles,
  rate_cards: rateCards,
  engagements,
  projects,
  opening_limits: openingLimits,
  number_series: numberSeries,
  opening_receivables: openingReceivables,
  opening_credits: openingCredits,
  splits,
  milestones,
  subscriptions,
  meters,
  usage,
  workers,
  worker_grades: workerGrades,
  rates,
  cost_rates: costRates,
  time_entries: timeEntries,
  expenses,
  fx_rates: fxRates,
  business_hours: businessHours,
  holidays,
  us_tax_rates: usTaxRates,
  us_tax_nexus: usTaxNexus,
  us_taxability: usTaxability,
  tax_certificates: taxCertificates,
  // Each spec is handed back only items it read itself, so forgetting their type here is safe.
} as Readonly<Record<ImportKind, ImportKindSpec<unknown>>>;
