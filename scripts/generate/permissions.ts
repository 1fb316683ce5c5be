import { permissions, type Permission } from "@plumbline/domain/access/permissions";
import { roles, systemActors } from "@plumbline/domain/access/roles";
import { page, table } from "./page.ts";

/** Who may do what: people's roles, and system actors. A reviewer reads what a change does to this page. */
export const renderPermissions = (): string =>
  page(
    "Permissions",
    "packages/domain/src/access/roles.ts",
    "## Roles of people",
    matrix(roles),
    "## System actors",
    "One for each job that writes; none may approve.",
    matrix(systemActors),
  );

/** Permissions down, holders across, so that a new permission is one new line. */
function matrix(held: Readonly<Record<string, readonly Permission[]>>): string {
  const holders = Object.entries(held);
  return table(
    ["permission", ...holders.map(([name]) => name)],
    permissions.map((permission) => [
      permission,
      ...holders.map(([, list]) => (list.includes(permission) ? "yes" : "")),
    ]),
  );
}
