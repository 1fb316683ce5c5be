import type { Route } from "../../apps/api/src/route.ts";
import {
  addressOf,
  type Leaf,
  type Path,
  places,
  type Said,
  sampleOf,
  type Schema,
  schemaOf,
  withValue,
} from "./request-shape.ts";
import type { Answer, Request } from "./send.ts";
import { nextStatement } from "./bank-statements.ts";

/** Asks as the attacker, and looks into every answer. */
export type Asked = (where: string, request: Request, probed?: string) => Promise<Answer>;

/** A thing to name in a request. */
export type Named = { readonly id: string; readonly contentHash?: string };

/** Ids whose name is not that of their table. */
const otherNames: Readonly<Record<string, string>> = {
  row: "quarantined_rows",
  key: "api_keys",
  subject: "invoices",
  member: "memberships",
  actor: "memberships",
  legalEntity: "legal_entities",
  application: "payment_applications",
  creditNote: "invoices",
  bankEntry: "bank_entries",
  into: "clients",
};

/** The table whose rows a member called `invoiceId`, `billingRunIds`, … names. */
export function tableOf(name: string): string {
  const noun = name.replace(/Ids?$/, "");
  return otherNames[noun] ?? `${noun.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}s`;
}

/** What the last member on a path is called: `["approvals", 0, "invoiceId"]` → `invoiceId`. */
export const nameOf = (path: Path): string => String(path.findLast((part) => typeof part === "string"));

const fileOf: Readonly<Record<string, string>> = {
  "text/csv": "client_key,name\nc1,Client\n",
  "application/xml": nextStatement,
};

/** Gives a thing of the caller's for a member that names one. */
export type Own = (table: string) => Named | undefined;

/**
 * A request that the route understands.
 *
 * @param said what is said at one place instead, and the thing it is about
 */
export function requestTo(route: Route, own: Own, said?: { readonly leaf: Leaf; readonly named: Named }): Request {
  return toRequest(route, saidTo(route, own, said));
}

/** What such a request says, before it is put into words. */
export function saidTo(
  route: Route,
  own: Own,
  said?: { readonly leaf?: Leaf; readonly named?: Named; readonly all?: "everything" },
): Said {
  const valueOf = (name: string, { format }: Schema): unknown => {
    if (format === "uuid") return own(tableOf(name))?.id;
    return name === "contentHash" ? (said?.named ?? own("invoices"))?.contentHash : undefined;
  };
  return Object.fromEntries(
    places.map((place) => {
      const schema = schemaOf(route, place);
      const leaf = said?.leaf?.place === place ? said.leaf : undefined;
      const towards = place === "body" && said?.all !== undefined ? said.all : (leaf?.path ?? []);
      const sample = schema === undefined ? undefined : sampleOf(schema, towards, valueOf);
      return [place, leaf === undefined ? sample : withValue(sample, leaf.path, said?.named?.id)];
    }),
  ) as Said;
}

export function toRequest(route: Route, said: Said): Request {
  const file = route.upload && fileOf[route.upload.mediaType];
  if (route.upload !== undefined && file === undefined)
    throw new Error(`no file is known for ${route.upload.mediaType}`);
  return {
    method: route.method,
    path: addressOf(route, said),
    ...(route.upload && { headers: { "content-type": route.upload.mediaType } }),
    ...(route.method === "post" && { body: file ?? said.body }),
  };
}
