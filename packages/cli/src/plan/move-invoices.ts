import type { Schemas } from "@plumbline/client/client";
import type { Connection } from "../connection/connect.ts";
import { readPages } from "../connection/pages.ts";
import { Failure } from "../failure.ts";
import { findInvoice } from "../invoice/find-invoice.ts";
import { labelOf, sums } from "../invoice/invoice-table.ts";
import { type BulkMoveName, moveVerbs } from "../invoice/move-verbs.ts";
import { counted } from "../printing/words.ts";
import type { Answer, Call } from "../verb.ts";
import { bulkMoves } from "./bulk-moves.ts";
import { carryOutPlan } from "./carry-out-plan.ts";
import { newPlan } from "./plan.ts";
import { planAnswer } from "./plan-answer.ts";
import { keepPlan } from "./plan-file.ts";

/** The most that one command moves. */
const invoicesMax = 10_000;

export type MoveOrder = {
  readonly move: BulkMoveName;
  /** By number, id or handle; empty with `all`. */
  readonly references: readonly string[];
  readonly all?: true | undefined;
  /** Whoever typed the command need not be asked again. */
  readonly yes?: true | undefined;
  readonly reason?: string | undefined;
  readonly issuedOn?: string | undefined;
};

/** Moves invoices by a plan that is on disk before the first of them is touched. */
export async function moveInvoices(
  call: Pick<Call, "config" | "connect" | "progress" | "world" | "note">,
  order: MoveOrder,
): Promise<Answer> {
  const { move, references, all, reason = "", issuedOn } = order;
  if ((all === undefined) === (references.length === 0)) {
    throw new Failure("usage", "Name the invoices, or say --all.");
  }
  const connection = await call.connect();
  const { actor } = await connection.ask((client) => client.GET("/v1/session"));
  const invoices = all ? await listAll(connection, move) : await findEach(call, connection, references);
  if (invoices.length === 0) return nothingToMove(move);
  if (all) await confirm(call, order, invoices);
  const plan = newPlan(
    {
      apiUrl: connection.apiUrl.origin,
      tenant: connection.tenant,
      actor: { id: actor.id, name: actor.name },
      move,
      reason,
      issuedOn,
      invoices: invoices.map((each) => ({ invoiceId: each.id, contentHash: each.contentHash, label: labelOf(each) })),
    },
    new Date(),
  );
  await keepPlan(call.config.folder, plan);
  return planAnswer(await carryOutPlan(call, connection, plan));
}

type Summary = Schemas["InvoiceSummary"];

/** All that stand where the move begins and that this caller may move. */
async function listAll(connection: Connection, move: BulkMoveName): Promise<readonly Summary[]> {
  const query = { stage: bulkMoves[move].from, awaitingMe: "true" } as const;
  const { items, isMore } = await readPages(connection, invoicesMax, (client, page) =>
    client.GET("/v1/invoices", { params: { query: { ...query, ...page } } }),
  );
  if (isMore) throw new Failure("failed", `More than ${invoicesMax} invoices wait. Name those that are meant.`);
  return items;
}

async function findEach(
  { config, progress }: Pick<Call, "config" | "progress">,
  connection: Connection,
  references: readonly string[],
): Promise<readonly Summary[]> {
  const invoices = new Map<string, Summary>();
  for (const [index, reference] of references.entries()) {
    if (references.length > 10) progress.update(`${index} of ${counted(references.length, "invoice")} looked up`);
    const invoice = await findInvoice(config.folder, connection, reference);
    invoices.set(invoice.id, invoice);
  }
  return [...invoices.values()];
}

async function confirm(
  { world, progress }: Pick<Call, "world" | "progress">,
  order: MoveOrder,
  invoices: readonly Summary[],
) {
  if (order.yes) return;
  const what = `${counted(invoices.length, "invoice")}, ${sums(invoices).join(" and ")}`;
  if (world.question === undefined) {
    throw new Failure("usage", `--all means ${what}, and nobody is at the keyboard to agree. Say --yes as well.`);
  }
  progress.end();
  const answer = await world.question(`${moveVerbs[order.move]}: ${what}. Go ahead? [y/N] `);
  if (!/^y(es)?$/i.test(answer.trim())) throw new Failure("failed", "Nothing was done.");
}

const nothingToMove = (move: BulkMoveName): Answer => ({
  document: { move, done: 0, refused: 0, left: [], items: [] },
  lines: () => [`No invoice waits for you to ${moveVerbs[move]} it.`],
});
