import type { Schemas } from "@plumbline/client/client";
import type { Connection } from "../connection/connect.ts";
import type { Answered } from "../connection/refusal.ts";
import { counted } from "../printing/words.ts";
import { Failure } from "../failure.ts";
import type { Call } from "../verb.ts";
import { bulkMoves } from "./bulk-moves.ts";
import { type Plan, standingOf } from "./plan.ts";
import { dropPlan, keepPlan } from "./plan-file.ts";

/**
 * Sends what a plan has no answer for, batch by batch, and writes each answer down before the next. A plan whose every
 * batch is answered is dropped; so is one whose first request was refused as a whole, since nothing was done.
 *
 * @returns the plan as it stands: with Ctrl-C it ends after the batch that was under way
 */
export async function carryOutPlan(
  { config: { folder }, progress, world, note }: Pick<Call, "config" | "progress" | "world" | "note">,
  { ask }: Connection,
  begun: Plan,
): Promise<Plan> {
  const stop = world.onStop();
  const { done, post } = bulkMoves[begun.move];
  let plan = begun;
  const { length: total } = plan.batches.flatMap(({ invoices }) => invoices);
  for (const [index, batch] of begun.batches.entries()) {
    if (batch.answer !== undefined) continue;
    if (stop.aborted) return plan;
    progress.update(`${total - standingOf(plan).left.length} of ${counted(total, "invoice")} ${done}`);
    const { reason, issuedOn } = plan;
    const result = await ask<Schemas["BulkResult"]>((client): Promise<Answered<Schemas["BulkResult"]>> =>
      post(client, batch.key, { invoices: batch.invoices, reason, issuedOn }),
    ).catch(async (error: unknown) => {
      if (isRefused(error) && isUntouched(plan)) await dropPlan(folder, plan.id);
      else note(`${counted(standingOf(plan).left.length, "invoice")} left. Go on with: plumb resume ${plan.id}`);
      throw error;
    });
    const batches = plan.batches.map((other, at) => (at === index ? { ...other, answer: result.items } : other));
    plan = { ...plan, batches };
    await keepPlan(folder, plan);
  }
  await dropPlan(folder, plan.id);
  return plan;
}

/** A problem document says that nothing was done; a lost connection says nothing at all. */
const isRefused = (error: unknown): boolean =>
  error instanceof Failure && error.problem !== undefined && error.problem.status < 500;

const isUntouched = ({ batches }: Plan): boolean => batches.every(({ answer }) => answer === undefined);
