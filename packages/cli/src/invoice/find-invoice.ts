import type { Schemas } from "@plumbline/client/client";
import type { Connection } from "../connection/connect.ts";
import { Failure } from "../failure.ts";
import { findByHandle } from "./handles.ts";

const isId = (text: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
const isHandle = (text: string) => /^[0-9a-f]{8}$/i.test(text);

/** Finds the id of an invoice by its number, its id, or the handle that a list showed. */
export async function findInvoiceId(folder: string, { ask }: Connection, reference: string): Promise<string> {
  if (isId(reference)) return reference;
  const listed = isHandle(reference) ? await findByHandle(folder, reference) : [];
  if (listed[0] !== undefined && listed.length === 1) return listed[0];
  const numbered = await ask((client) => client.GET("/v1/invoices", { params: { query: { number: reference } } }));
  const [first, second] = numbered.items;
  if (first !== undefined && second === undefined) return first.id;
  throw new Failure("failed", whyNot(reference, listed.length + numbered.items.length));
}

const whyNot = (reference: string, found: number): string =>
  found > 1
    ? `"${reference}" means ${found} invoices. Use the whole id: plumb list --json shows it.`
    : `There is no invoice "${reference}". Use its number, its id, or the eight digits that plumb list shows.`;

export async function findInvoice(
  folder: string,
  connection: Connection,
  reference: string,
): Promise<Schemas["Invoice"]> {
  const invoiceId = await findInvoiceId(folder, connection, reference);
  return connection.ask((client) => client.GET("/v1/invoices/{invoiceId}", { params: { path: { invoiceId } } }));
}
