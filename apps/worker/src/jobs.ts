import type { Job } from "./job.ts";
import { renderInvoice, type RenderingTools } from "./jobs/render-invoice.ts";
import { reviseOvertaken } from "./jobs/revise-overtaken.ts";
import { runBilling } from "./jobs/run-billing.ts";
import { runImport } from "./jobs/run-import.ts";
import { type MailTools, sendNotice } from "./jobs/send-notice.ts";
import { settleTax } from "./jobs/settle-tax.ts";

/** Every job there is. What a job needs besides its scope is handed in here, by the composition root. */
export function allJobs(tools: RenderingTools & MailTools) {
  return [
    runImport(tools),
    runBilling,
    settleTax,
    reviseOvertaken,
    renderInvoice(tools),
    sendNotice(tools),
  ] as const satisfies readonly Job[];
}

export type JobName = ReturnType<typeof allJobs>[number]["name"];
