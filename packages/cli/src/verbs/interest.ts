import { readPages } from "../connection/pages.ts";
import { counted, money, percent } from "../printing/words.ts";
import { verb } from "../verb.ts";

const rowsMax = 200;
const states = ["proposed", "charged", "waived", "replaced"] as const;

export const interest = verb({
  name: "interest",
  summary: "List claims of interest with the days and rates they are made of, newest first",
  options: { state: { value: "STATE", what: "only those in this state", choices: states } },
  examples: ["interest --state proposed"],
  run: async ({ connect, options }) => {
    const state = states.find((one) => one === options.state);
    const { items } = await readPages(await connect(), rowsMax, (client, page) =>
      client.GET("/v1/interest-claims", { params: { query: { ...page, ...(state !== undefined && { state }) } } }),
    );
    return {
      document: { items },
      lines: (style) =>
        items.length === 0
          ? ["There is no such claim: plumb interest claim"]
          : items.flatMap((claim) => [
              `${style.strong(money(claim.total))}  ${claim.invoice.number}  ${claim.client.name}  ${claim.state}  ${claim.id}`,
              ...claim.lines.map(
                (line) =>
                  `  ${line.from}  ${counted(line.days, "day")} of ${money(line.principal)} at ${percent(line.basisPoints)}`,
              ),
              style.quiet(`  interest ${money(claim.interest)}, compensation ${money(claim.compensation)}`),
            ]),
    };
  },
});
