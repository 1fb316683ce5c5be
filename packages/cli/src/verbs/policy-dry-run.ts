import { randomUUID } from "node:crypto";
import type { Schemas } from "@plumbline/client/client";
import { readPages } from "../connection/pages.ts";
import { handleOf } from "../invoice/handles.ts";
import type { Style } from "../printing/style.ts";
import { type Cell, table } from "../printing/table.ts";
import { counted } from "../printing/words.ts";
import { verb } from "../verb.ts";

type DryRun = Schemas["PolicyDryRun"];

/** Invoices that are shown of those which would come to another end. */
const shownMax = 200;
const daysBack = 365;
const dayMs = 86_400_000;

export const policyDryRun = verb({
  name: "policy dry-run",
  summary: "Judge past invoices by proposed policies: what would be blocked, what would pass, in money",
  arguments: { PROPOSAL: { what: "id of the proposal" } },
  options: { since: { value: "DAY", what: "invoices whose period ended after this day; a year when absent" } },
  examples: ["policy dry-run 0192f3b8-6a40-7c11-9d2e-3f5a7b9c1e00 --since 2026-01-01"],
  run: async ({ arguments: { PROPOSAL: policyProposalId }, options, connect, world }) => {
    const since = options.since ?? new Date(Date.now() - daysBack * dayMs).toISOString().slice(0, 10);
    const connection = await connect();
    const params = { header: { "Idempotency-Key": randomUUID() }, path: { policyProposalId } };
    const ran = await connection.ask((client) =>
      client.POST("/v1/policy-proposals/{policyProposalId}/dry-runs", { params, body: { since } }),
    );
    const changed = await Promise.all(
      (["newly_blocked", "newly_passing", "not_known"] as const).map((verdict) =>
        readPages(connection, shownMax, (client, page) =>
          client.GET("/v1/policy-dry-runs/{policyDryRunId}/invoices", {
            params: { path: { policyDryRunId: ran.id }, query: { ...page, verdict } },
          }),
        ),
      ),
    );
    const invoices = changed.flatMap(({ items }) => items);
    return {
      document: { ...ran, changed: invoices },
      lines: (style) => [
        ...figureLines(ran, style),
        ...(invoices.length > 0 ? table(columns, invoices.map(rowOf), { style, width: world.out.columns }) : []),
        `Next, by somebody else: plumb policy publish ${policyProposalId}`,
      ],
    };
  },
});

const colours = { newly_blocked: "bad", newly_passing: "warn", not_known: "bad", unchanged: "good" } as const;

const figureLines = ({ figures, notJudged, invoices, since }: DryRun, style: Style): string[] => [
  `${counted(invoices, "invoice")} since ${since}:`,
  ...figures.map(({ verdict, invoices: of, amounts }) => {
    const sums = amounts.map(({ amount, currency }) => `${amount} ${currency}`).join(", ");
    return style[colours[verdict]](`  ${verdict.replace("_", " ")} ${of}  ${sums}`);
  }),
  ...(notJudged.length > 0 ? [style.warn(`Not judged, because they are about work: ${notJudged.join(", ")}`)] : []),
];

const rowOf = ({ invoice, client, total, verdict, changes }: Schemas["PolicyDryRunInvoice"]): readonly Cell[] => [
  invoice.number ?? handleOf(invoice.id),
  client.name,
  `${total.amount} ${total.currency}`,
  { text: verdict.replace("_", " "), as: colours[verdict] },
  changes.map(({ rule, before = "none", after = "none" }) => `${rule}: ${before} → ${after}`).join(", "),
];

const columns = [
  { title: "invoice" },
  { title: "client", canShrink: true },
  { title: "total", align: "right" },
  { title: "verdict" },
  { title: "rules", canShrink: true },
] as const;
