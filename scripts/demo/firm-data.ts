import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse as parseCsv } from "csv-parse/sync";
import { parse as parseYaml } from "yaml";

export const demoFirms = ["meridian", "northwind", "castell", "harbor"] as const;
export type DemoFirm = (typeof demoFirms)[number];

export const tenantsFolder = join(import.meta.dirname, "..", "..", "tenants");

export type CsvRow = Readonly<Record<string, string>>;

export type DemoWorker = {
  readonly key: string;
  /** Key of the org unit whose work this person does. */
  readonly practice: string;
  /** ISO 3166; decides the public holidays and the legal entity worked for. */
  readonly country: string;
  readonly dayMinutes: number;
  readonly joinedOn: string;
  /** First day and name of each grade, oldest first. */
  readonly grades: readonly { readonly from: string; readonly grade: string }[];
  /** What this person alone is paid for: a project and a task with a rate of their own. */
  readonly ownRate?: { readonly projectKey: string; readonly task: string };
};

export type DemoProject = {
  readonly key: string;
  readonly name: string;
  readonly practice: string;
  /** Country of the legal entity that bills it. */
  readonly country: string;
  readonly internal: boolean;
  readonly billable: boolean;
  readonly active: boolean;
  readonly startsOn: string;
  readonly endsOn: string;
};

/** What the time entries of a firm are made from. */
export type FirmData = {
  readonly workers: readonly DemoWorker[];
  readonly projects: readonly DemoProject[];
  /** Roles that some card prices. */
  readonly pricedRoles: ReadonlySet<string>;
};

export function readFirmData(firm: DemoFirm): FirmData {
  const rates = readFirmCsv(firm, "rates");
  const grades = Map.groupBy(readFirmCsv(firm, "worker_grades"), (row) => cell(row, "worker_key"));
  const ownRates = new Map(rates.filter((row) => row["task"]).map((row) => [cell(row, "worker_key"), row]));
  const workers = readFirmCsv(firm, "workers").map((row): DemoWorker => {
    const key = cell(row, "worker_key");
    const own = ownRates.get(key);
    return {
      key,
      practice: cell(row, "practice"),
      country: cell(row, "country"),
      dayMinutes: (Number(cell(row, "weekly_hours")) * 60) / 5,
      joinedOn: cell(row, "joined_on"),
      grades: (grades.get(key) ?? []).map((each) => ({ from: cell(each, "from_date"), grade: cell(each, "grade") })),
      ...(own && { ownRate: { projectKey: cell(own, "project_key"), task: cell(own, "task") } }),
    };
  });
  return { workers, projects: readProjects(firm), pricedRoles: new Set(rates.map((row) => cell(row, "role"))) };
}

/** Rows of `tenants/<firm>/data/<name>.csv` by column name. */
export function readFirmCsv(firm: DemoFirm, name: string): CsvRow[] {
  const text = readFileSync(join(tenantsFolder, firm, "data", `${name}.csv`), "utf8");
  return parseCsv(text, { columns: true });
}

export const hasFirmCsv = (firm: DemoFirm, name: string): boolean =>
  existsSync(join(tenantsFolder, firm, "data", `${name}.csv`));

export function readFirmYaml(firm: DemoFirm, name: string): unknown {
  return parseYaml(readFileSync(join(tenantsFolder, firm, name), "utf8"));
}

export const cell = (row: CsvRow, column: string): string => row[column] ?? "";

function readProjects(firm: DemoFirm): DemoProject[] {
  const { legalEntities } = readFirmYaml(firm, "tenant.yaml") as { legalEntities: { key: string; country: string }[] };
  const countries = new Map(legalEntities.map((entity) => [entity.key, entity.country]));
  const engagements = new Map(readFirmCsv(firm, "engagements").map((row) => [cell(row, "engagement_key"), row]));
  return readFirmCsv(firm, "projects").map((row) => {
    const engagement = engagements.get(cell(row, "engagement_key")) ?? {};
    return {
      key: cell(row, "project_key"),
      name: cell(row, "name"),
      practice: cell(engagement, "org_unit_key"),
      country: countries.get(cell(engagement, "entity_key")) ?? "",
      internal: cell(engagement, "billable") === "no",
      billable: cell(row, "billable") !== "no",
      active: cell(row, "active") !== "no",
      startsOn: cell(row, "start_date"),
      endsOn: cell(row, "end_date"),
    };
  });
}
