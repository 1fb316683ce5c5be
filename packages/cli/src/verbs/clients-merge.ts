import { randomUUID } from "node:crypto";
import { Failure } from "../failure.ts";
import { plain } from "../printing/style.ts";
import { type Call, verb } from "../verb.ts";
import { clientIdOf, movedLines, type Plan, planLines } from "./clients-shown.ts";

type Code = Plan["contradictions"][number]["code"];

export const clientsMerge = verb({
  name: "clients merge",
  summary: "Say that a client is another one: all that names it comes to name the other",
  arguments: {
    CLIENT: { what: "name or id of the client that is given up" },
    INTO: { what: "name or id of the client that it is" },
    REASON: { what: "why, in a sentence" },
  },
  options: {
    accept: { value: "CODES", what: "contradictions of the plan that you know of, with commas between" },
    yes: { what: "do not ask again" },
  },
  examples: [
    'clients merge "Nordwind" "Nordwind GmbH" "The CRM and the PSA brought it twice"',
    'clients merge "Nordwind" "Nordwind GmbH" "Imported twice" --accept legal_name,delivery --yes',
  ],
  run: async ({ connect, arguments: { CLIENT, INTO, REASON: reason }, options: { accept, yes }, world, progress }) => {
    const connection = await connect();
    const [clientId, into] = [await clientIdOf(connection, CLIENT), await clientIdOf(connection, INTO)];
    const plan = await connection.ask((client) =>
      client.GET("/v1/clients/{clientId}/merge-plan", { params: { path: { clientId }, query: { into } } }),
    );
    // Whoever reads the plan and agrees to it accepts what it says; nobody does who was not asked.
    const said = (accept ?? "").split(",").flatMap((code) => code.trim() || []);
    const accepts = (yes ? said : await agreed(plan, { world, progress })) as readonly Code[]; // The API says which it does not know.
    const params = { header: { "Idempotency-Key": randomUUID() }, path: { clientId } };
    const body = { into, reason, accepts: [...accepts] };
    const merge = await connection.ask((client) => client.POST("/v1/clients/{clientId}/merge", { params, body }));
    return {
      document: merge,
      lines: (style) => [
        style.good(`${merge.merged.name} is ${merge.survivor.name}, says ${merge.by}: ${merge.reason}`),
        ...movedLines(merge, style),
      ],
    };
  },
});

async function agreed(plan: Plan, { world, progress }: Pick<Call, "world" | "progress">): Promise<readonly Code[]> {
  const blocking = plan.contradictions.filter(({ blocks }) => blocks);
  if (blocking.length > 0) throw new Failure("failed", blocking.map(({ reason }) => reason).join(" "));
  const lines = planLines(plan, plain).join("\n");
  if (world.question === undefined) {
    throw new Failure(
      "usage",
      `${lines}\nNobody is at the keyboard to agree. Say --yes, and --accept what you know of.`,
    );
  }
  progress.end();
  const answer = await world.question(`${lines}\nGo ahead? [y/N] `);
  if (!/^y(es)?$/i.test(answer.trim())) throw new Failure("failed", "Nothing was done.");
  return plan.contradictions.map(({ code }) => code);
}
