/** What is sold, as far as tax law tells services apart. */
export const serviceKinds = [
  "consulting",
  "legal",
  "accounting",
  "engineering",
  "it_services",
  "data_processing",
  "saas",
  "training",
] as const;

export type ServiceKind = (typeof serviceKinds)[number];
