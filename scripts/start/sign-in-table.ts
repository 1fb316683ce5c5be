import { roleNames } from "@plumbline/domain/access/roles";
import type { SignInFirm } from "@plumbline/platform/embedded/issuer/account";
import type { StartConfig } from "./config.ts";
import type { Ports } from "./ports.ts";
import { table } from "./table.ts";

type Served = { readonly config: StartConfig; readonly ports: Ports };

/** Where everything is, and whom to sign in as: a person of each role in each firm. */
export function signInTable(firms: readonly SignInFirm[], { config, ports }: Served): string[] {
  const holderOf = (firm: SignInFirm, role: string) =>
    firm.people.find((person) => person.roles.includes(role))?.name ?? "";
  const roles = roleNames.filter((role) => firms.some((firm) => holderOf(firm, role) !== ""));
  return [
    "",
    ...table([
      ["Open in a browser", "Firm"],
      ...firms.map(({ slug, name }) => [`http://${slug}.${config.APP_DOMAIN}:${ports.portal}`, name]),
    ]),
    "",
    config.AUTH_ISSUER_URL === undefined
      ? "One click signs you in as any of their people:"
      : `${config.AUTH_ISSUER_URL} signs people in; it must know these:`,
    "",
    ...table([
      ["Role", ...firms.map(({ name }) => name)],
      ...roles.map((role) => [role.replaceAll("_", " "), ...firms.map((firm) => holderOf(firm, role))]),
    ]),
    "",
    `API: http://${config.HOST}:${ports.api}/v1/openapi.json · command line: npm run plumb -- login`,
  ];
}
