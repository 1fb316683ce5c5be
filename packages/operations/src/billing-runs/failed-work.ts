import type { ClientDrafts } from "../drafts/draft-client.ts";
import { mergeFindings } from "../drafts/finding.ts";
import type { RunBook } from "../drafts/run-book.ts";
import type { ClientWork } from "../drafts/select-work.ts";

/** What is saved for work that could not be billed: nothing but the reason, with all of it held. */
export function failedWork(
  book: RunBook,
  { entries, pieces }: Omit<ClientWork, "clientId">,
  cause: unknown,
): ClientDrafts {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const findings = [...entries, ...pieces].map(
    (entry) =>
      ({
        code: "billing-failed",
        lane: "technical",
        severity: "block",
        owner: "automation_admin",
        subjectKind: "engagement",
        subjectId: entry.engagementId,
        message: `This engagement could not be billed: ${reason.slice(0, 300)}`,
        entries: 1,
        minutes: entry.minutes,
        amountMinor: undefined,
        currency: book.engagements.get(entry.engagementId)?.currency ?? "EUR",
        holds: [{ entry, amountMinor: undefined }],
      }) as const,
  );
  return { drafts: [], outcomes: [], draws: [], findings: mergeFindings(findings) };
}
