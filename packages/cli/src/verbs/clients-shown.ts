import type { Schemas } from "@plumbline/client/client";
import type { Connection } from "../connection/connect.ts";
import { Failure } from "../failure.ts";
import type { Style } from "../printing/style.ts";
import { money } from "../printing/words.ts";

export type Plan = Schemas["ClientMergePlan"];

/** What a plan, or a merge that was made of one, is about. */
export const movedLines = ({ moves, contradictions }: Pick<Plan, "moves" | "contradictions">, style: Style) => [
  ...moves.map(({ count, means, amounts }) =>
    [`  ${count} × ${means}`, ...(amounts.length > 0 ? [amounts.map(money).join(", ")] : [])].join(": "),
  ),
  ...contradictions.map(({ code, blocks, reason }) =>
    blocks ? style.bad(`  ${code} stands in the way. ${reason}`) : style.warn(`  ${code}: ${reason}`),
  ),
];

export const planLines = (plan: Plan, style: Style): readonly string[] => [
  `${style.strong(plan.merged.name)} becomes ${style.strong(plan.survivor.name)}:`,
  ...movedLines(plan, style),
  style.quiet(plan.note),
];

const identifier = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The id of a client that is named by it, or by a name that only one has. */
export async function clientIdOf({ ask }: Connection, said: string): Promise<string> {
  if (identifier.test(said)) return said;
  const { items } = await ask((client) => client.GET("/v1/clients", { params: { query: { name: said, limit: 50 } } }));
  const known = items.flatMap(({ id, name, aliases }) => [{ id, name }, ...aliases.map(({ client }) => client)]);
  const called = known.filter(({ name }) => name.toLowerCase() === said.toLowerCase());
  const [only, another] = called;
  if (only !== undefined && another === undefined) return only.id;
  const those = (called.length > 0 ? called : known).map(({ id, name }) => `${name} ${id}`).join(", ");
  throw new Failure(
    "failed",
    `Not one client alone is called “${said}”${those === "" ? "" : `: ${those}`}. Say an id.`,
  );
}
