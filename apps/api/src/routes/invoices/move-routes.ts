import type { z } from "zod";
import { invoiceSummary } from "@plumbline/contract/invoice";
import { bulkResult } from "@plumbline/contract/invoice-move";
import type { InvoiceId } from "@plumbline/domain/id";
import { type MoveName, moves } from "@plumbline/domain/invoice/lifecycle";
import type { ProblemKind } from "@plumbline/domain/problem";
import { findInvoiceSummary } from "@plumbline/operations/invoices/invoice-summary";
import { listOutcomes } from "@plumbline/operations/invoices/list-outcomes";
import { type IfVersion, type MoveResult, onlyMoved } from "@plumbline/operations/invoices/move-invoices";
import type { Scope } from "@plumbline/platform/scope";
import { type Route, write } from "../../route.ts";
import { invoiceParams } from "./invoice-params.ts";

/**
 * The two routes of a move: one for one invoice, which takes `If-Match`, and one for many, in which each is answered as
 * if it had been asked for alone. Both run the same operation on as many statements.
 */
export function moveRoutes<One extends z.ZodObject, Many extends z.ZodObject>(definition: {
  readonly move: MoveName;
  /** What the move creates: `manager-approval`, and in bulk `manager-approvals`. */
  readonly noun: string;
  /** Follows `… an invoice`, and in bulk `… invoices`. */
  readonly summary: readonly [before: string, after: string];
  readonly one: One;
  readonly many: Many;
  /** A request for one, as a request for many. */
  readonly toMany: (invoiceId: InvoiceId, body: z.output<One>) => z.output<Many>;
  readonly idsOf: (body: z.output<Many>) => readonly InvoiceId[];
  readonly run: (scope: Scope, body: z.output<Many> & IfVersion) => Promise<MoveResult>;
  readonly problems: readonly ProblemKind[];
}): readonly [one: Route, many: Route] {
  const { move, noun, summary, one, many, toMany, idsOf, run } = definition;
  const [before, after] = summary;
  const { needs } = moves[move];
  const problems: readonly ProblemKind[] = ["invoice-not-found", "invoice-move-refused", ...definition.problems];
  return [
    write({
      path: `/v1/invoices/:invoiceId/${noun}`,
      summary: `${before} an invoice${after}`,
      needs,
      params: invoiceParams,
      body: one,
      answers: { status: 200, body: invoiceSummary },
      keep: "forever",
      conditional: true,
      etag: ({ version }) => version,
      problems,
      handle: async ({ scope, params, body, ifMatch }) => {
        onlyMoved(await run(scope, { ...toMany(params.invoiceId, body), ifVersion: ifMatch }));
        return findInvoiceSummary(scope, params);
      },
    }),
    write({
      path: `/v1/${noun}s`,
      summary: `${before} invoices${after}, each answered by itself`,
      needs,
      body: many,
      answers: { status: 200, body: bulkResult },
      keep: "forever",
      problems: definition.problems.filter((kind) => kind === "policy-missing"),
      handle: async ({ scope, body }) => {
        const result = await run(scope, body);
        return { items: await listOutcomes(scope, { invoiceIds: idsOf(body), result }) };
      },
    }),
  ];
}
