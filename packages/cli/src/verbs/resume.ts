import { Failure } from "../failure.ts";
import { carryOutPlan } from "../plan/carry-out-plan.ts";
import type { Plan } from "../plan/plan.ts";
import { planAnswer } from "../plan/plan-answer.ts";
import { dropPlan, listPlans } from "../plan/plan-file.ts";
import { table } from "../printing/table.ts";
import { count, moment, words } from "../printing/words.ts";
import { standingOf } from "../plan/plan.ts";
import { type Answer, type Call, verb } from "../verb.ts";

export const resume = verb({
  name: "resume",
  summary: "Finish bulk work that was stopped half-way: exactly the rest, once",
  arguments: { PLAN: { what: "which, when there is more than one", optional: true } },
  options: {
    list: { what: "show what is unfinished, and do nothing" },
    forget: { what: "drop the plan and leave its rest undone" },
  },
  examples: ["resume", "resume --list"],
  run: async (call) => {
    const { config, options, world } = call;
    const plans = await listPlans(config.folder);
    if (options.list) return listAnswer(plans, world.out.columns);
    const plan = choose(plans, call.arguments.PLAN);
    if (plan === undefined) return { document: { items: [] }, lines: () => ["Nothing is unfinished."] };
    if (options.forget) {
      await dropPlan(config.folder, plan.id);
      return { document: { forgotten: plan.id }, lines: () => [`${plan.id} is forgotten.`] };
    }
    const connection = await call.connect();
    await checkSame(plan, connection);
    return planAnswer(await carryOutPlan(call, connection, plan));
  },
});

function choose(plans: readonly Plan[], id: string | undefined): Plan | undefined {
  if (id === undefined && plans.length < 2) return plans[0];
  const found = plans.find((plan) => plan.id === id);
  if (found !== undefined) return found;
  const which = plans.map((plan) => plan.id).join(", ") || "none";
  throw new Failure(
    "usage",
    id === undefined ? `Say which: ${which}` : `There is no plan "${id}". Unfinished: ${which}`,
  );
}

/** Another firm would not know the invoices, and another person's keys are strangers to the API: it would do it all anew. */
async function checkSame(plan: Plan, { apiUrl, tenant, ask }: Awaited<ReturnType<Call["connect"]>>): Promise<void> {
  const where = `--tenant ${plan.tenant} --api ${plan.apiUrl}`;
  if (apiUrl.origin !== plan.apiUrl || tenant !== plan.tenant) {
    throw new Failure("usage", `${plan.id} was begun at another firm. Add: ${where}`);
  }
  const { actor } = await ask((client) => client.GET("/v1/session"));
  if (actor.id === plan.actor.id) return;
  throw new Failure(
    "failed",
    `${plan.id} was begun by ${plan.actor.name}, and you are ${actor.name}. Sign in as they did.`,
  );
}

function listAnswer(plans: readonly Plan[], width: number | undefined): Answer {
  const rows = plans.map((plan) => ({ plan, standing: standingOf(plan) }));
  return {
    document: {
      items: rows.map(({ plan: { id, tenant, createdAt, actor, move }, standing }) => ({
        id,
        tenant,
        createdAt,
        actor,
        move,
        done: standing.done.length,
        refused: standing.refused.length,
        left: standing.left.length,
      })),
    },
    lines: (style) =>
      rows.length === 0
        ? ["Nothing is unfinished."]
        : table(
            [
              { title: "plan" },
              { title: "firm" },
              { title: "begun (UTC)" },
              { title: "by", canShrink: true },
              { title: "move" },
              { title: "done", align: "right" },
              { title: "refused", align: "right" },
              { title: "left", align: "right" },
            ],
            rows.map(({ plan, standing: { done, refused, left } }) => [
              plan.id,
              plan.tenant,
              moment(plan.createdAt),
              plan.actor.name,
              words(plan.move),
              count(done.length),
              count(refused.length),
              count(left.length),
            ]),
            { style, width },
          ),
  };
}
