import { keyPermissions } from "@plumbline/domain/access/key-permissions";
import { permissions, type Permission } from "@plumbline/domain/access/permissions";
import { roles, systemActors } from "@plumbline/domain/access/roles";
import { routes } from "../../apps/api/src/routes/index.ts";
import { page, table } from "./page.ts";

type Held = Readonly<Record<string, readonly Permission[]>>;

/** Who may do what, and ask for what: people's roles, programs' keys and system actors. A reviewer reads what a change does to this page. */
export const renderPermissions = (): string =>
  page(
    "Permissions",
    "packages/domain/src/access` and `apps/api/src/routes",
    "## Roles of people",
    matrix(roles),
    "## Routes",
    "Who may ask. A key may ask for what its scopes name; the column says which of them it can have.",
    routeMatrix({ ...roles, "API key": keyPermissions }),
    "## System actors",
    "One for each job that writes; none may approve.",
    matrix(systemActors),
  );

/** Permissions down, holders across, so that a new permission is one new line. */
function matrix(held: Held): string {
  const holders = Object.entries(held);
  return table(
    ["permission", ...holders.map(([name]) => name)],
    permissions.map((permission) => [
      permission,
      ...holders.map(([, list]) => (list.includes(permission) ? "yes" : "")),
    ]),
  );
}

function routeMatrix(held: Held): string {
  const holders = Object.entries(held);
  return table(
    ["route", "needs", ...holders.map(([name]) => name)],
    routes.map(({ method, path, needs }) => [
      `${method.toUpperCase()} ${path}`,
      needs,
      ...holders.map(([, list]) => (needs === "anybody" || needs === "member" || list.includes(needs) ? "yes" : "")),
    ]),
  );
}
