import { randomUUID } from "node:crypto";
import type { Schemas } from "@plumbline/client/client";
import type { BulkMoveName } from "../invoice/move-verbs.ts";

/** An invoice as it was when the plan was made: an approval is for that content and no other. */
export type PlannedInvoice = {
  readonly invoiceId: string;
  readonly contentHash: string;
  /** What people know it by. */
  readonly label: string;
};

export type BulkItem = Schemas["BulkResult"]["items"][number];

type Batch = {
  /** The Idempotency-Key of its one request, however often that is sent. */
  readonly key: string;
  readonly invoices: readonly PlannedInvoice[];
  /** Present once the API has answered. */
  readonly answer?: readonly BulkItem[];
};

/** A bulk move, written down before it begins, so that whatever stops it leaves no doubt about the rest. */
export type Plan = {
  readonly id: string;
  readonly createdAt: string;
  readonly apiUrl: string;
  readonly tenant: string;
  /** The API knows a key again only from whom it first came. */
  readonly actor: { readonly id: string; readonly name: string };
  readonly move: BulkMoveName;
  readonly reason: string;
  readonly issuedOn: string | undefined;
  readonly batches: readonly Batch[];
};

/** Few enough that a lost answer leaves little open, many enough that a thousand invoices are twenty requests. */
const batchInvoices = 50;

export function newPlan(
  order: Omit<Plan, "id" | "createdAt" | "batches"> & { readonly invoices: readonly PlannedInvoice[] },
  now: Date,
): Plan {
  const { invoices, ...rest } = order;
  const createdAt = now.toISOString();
  const batches = Array.from({ length: Math.ceil(invoices.length / batchInvoices) }, (_, index) => ({
    key: randomUUID(),
    invoices: invoices.slice(index * batchInvoices, (index + 1) * batchInvoices),
  }));
  const stamp = createdAt.slice(0, 16).replaceAll(/\D/g, "");
  return { id: `${stamp}-${order.move.replace("_", "-")}-${randomUUID().slice(0, 4)}`, createdAt, ...rest, batches };
}

/** What is known of each invoice of a plan; those without an answer are left. */
export function standingOf(plan: Plan): {
  readonly done: readonly BulkItem[];
  readonly refused: readonly BulkItem[];
  readonly left: readonly PlannedInvoice[];
} {
  const answers = plan.batches.flatMap(({ answer }) => answer ?? []);
  return {
    done: answers.filter(({ problem }) => problem === undefined),
    refused: answers.filter(({ problem }) => problem !== undefined),
    left: plan.batches.flatMap(({ answer, invoices }) => (answer === undefined ? invoices : [])),
  };
}
