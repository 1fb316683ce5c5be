import { z } from "zod";
import { pageOf, pageQuery } from "@plumbline/contract/page";
import { id } from "@plumbline/contract/scalar";
import { Problem } from "@plumbline/domain/problem";
import type { TestDatabase } from "@plumbline/testing/database";
import { read, type Route, write } from "../../apps/api/src/route.ts";

/** Routes as a hurried hand might write them: each asks the database past its wall, and shows or tells too much. */
export function plantedRoutes(admin: TestDatabase["admin"]): Route[] {
  const whose = async (invoiceId: string): Promise<string | undefined> => {
    const { rows } = await admin.query<{ tenant_id: string }>("select tenant_id from invoices where id = $1", [
      invoiceId,
    ]);
    return rows[0]?.tenant_id;
  };
  const params = z.strictObject({ invoiceId: id<"invoice">() });
  const common = { needs: "member", problems: [] } as const;
  const told = z.strictObject({ tenant: z.string() });
  return [
    read({
      ...common,
      path: "/v1/planted/shown/:invoiceId",
      summary: "Shows an invoice of anybody",
      params,
      answers: told,
      handle: async ({ params: { invoiceId } }) => {
        const tenant = await whose(invoiceId);
        if (tenant === undefined) throw new Problem("invoice-not-found");
        return { tenant };
      },
    }),
    read({
      ...common,
      path: "/v1/planted/told-apart/:invoiceId",
      summary: "Says that an invoice is somebody else's",
      params,
      answers: told,
      handle: async ({ params: { invoiceId }, scope }) => {
        const tenant = await whose(invoiceId);
        if (tenant === undefined) throw new Problem("invoice-not-found");
        if (tenant !== scope.tenantId) throw new Problem("permission-missing");
        return { tenant };
      },
    }),
    read({
      ...common,
      path: "/v1/planted/all",
      summary: "Lists everybody's invoices",
      query: z.strictObject(pageQuery),
      answers: pageOf(z.string()),
      handle: async () => {
        const { rows } = await admin.query<{ id: string }>("select id from invoices");
        return { items: rows.map((row) => row.id) };
      },
    }),
    write({
      ...common,
      path: "/v1/planted/in-bulk",
      summary: "Tells in bulk which invoices there are",
      body: z.strictObject({ invoiceIds: z.array(id<"invoice">()).min(1) }),
      answers: { status: 200, body: z.strictObject({ known: z.int() }) },
      handle: async ({ body: { invoiceIds } }) => {
        const known = await Promise.all(invoiceIds.map(whose));
        return { known: known.filter((tenant) => tenant !== undefined).length };
      },
    }),
    read({
      ...common,
      path: "/v1/planted/unheard-of/:gadgetId",
      summary: "Names a thing that no attack knows how to find",
      params: z.strictObject({ gadgetId: id<"gadget">() }),
      answers: told,
      handle: async () => ({ tenant: "none" }),
    }),
  ];
}
