import { readPages } from "../connection/pages.ts";
import { table } from "../printing/table.ts";
import { count, moment, period } from "../printing/words.ts";
import { verb } from "../verb.ts";

const rowsMax = 50;

export const billRuns = verb({
  name: "bill runs",
  summary: `List billing runs, the latest ${rowsMax}`,
  run: async ({ connect, world }) => {
    const connection = await connect();
    const runs = await readPages(connection, rowsMax, (client, page) =>
      client.GET("/v1/billing-runs", { params: { query: page } }),
    );
    return {
      document: runs,
      lines: (style) =>
        table(
          [
            { title: "run" },
            { title: "period" },
            { title: "started (UTC)" },
            { title: "by", canShrink: true },
            { title: "state" },
            { title: "clients", align: "right" },
            { title: "entries", align: "right" },
            { title: "drafts", align: "right" },
          ],
          runs.items.map((run) => [
            run.id,
            period(run.period),
            moment(run.createdAt),
            run.startedBy,
            run.state,
            `${count(run.clientsDone)}/${count(run.clientsTotal)}`,
            count(run.entries),
            count(run.drafts),
          ]),
          { style, width: world.out.columns },
        ),
    };
  },
});
