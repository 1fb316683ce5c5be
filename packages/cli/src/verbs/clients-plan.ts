import { verb } from "../verb.ts";
import { clientIdOf, planLines } from "./clients-shown.ts";

export const clientsPlan = verb({
  name: "clients plan",
  summary: "Show what would move if a client were merged into another, and in what they contradict each other",
  arguments: {
    CLIENT: { what: "name or id of the client that is given up" },
    INTO: { what: "name or id of the client that it is" },
  },
  examples: ['clients plan "Nordwind" "Nordwind GmbH"'],
  run: async ({ connect, arguments: { CLIENT, INTO } }) => {
    const connection = await connect();
    const [clientId, into] = [await clientIdOf(connection, CLIENT), await clientIdOf(connection, INTO)];
    const params = { path: { clientId }, query: { into } };
    const plan = await connection.ask((client) => client.GET("/v1/clients/{clientId}/merge-plan", { params }));
    return {
      document: plan,
      exit: plan.mergeable ? "done" : "failed",
      lines: (style) => [
        ...planLines(plan, style),
        plan.mergeable ? style.good("They can be merged.") : style.bad("They cannot be merged like this."),
      ],
    };
  },
});
