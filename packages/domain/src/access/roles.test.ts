import { expect, it } from "vitest";
import { permissionsOf, roleNames, roles, systemActors, unheldPermissions } from "./roles.ts";

it("gives nobody both approval gates, so two people are always needed", () => {
  const both = roleNames.filter((role) => {
    const held = permissionsOf([role]);
    return held.has("invoice.approve.manager") && held.has("invoice.approve.finance");
  });
  expect(both).toEqual([]);
});

it("lets no system actor approve", () => {
  const approving = Object.values(systemActors)
    .flat()
    .filter((permission) => permission.startsWith("invoice.approve"));
  expect(approving).toEqual([]);
});

it("keeps the auditor and the executive read-only", () => {
  expect([...roles.auditor, ...roles.executive].filter((permission) => !permission.endsWith(".read"))).toEqual([]);
});

it("names no permission that nobody holds, except posting, whose job arrives with the ledgers", () => {
  expect(unheldPermissions()).toEqual(["invoice.post"]);
});
