import { expect, it } from "vitest";
import type { EngagementId } from "@plumbline/domain/id";
import type { PolicyBundle } from "@plumbline/domain/policy/evaluate";
import { chargePiece } from "@plumbline/domain/rating/charge-piece";
import type { WorkPiece } from "@plumbline/domain/worklog/work-piece";
import { assembleDrafts } from "./assemble-drafts.ts";
import type { BookEngagement } from "./run-book.ts";
import { bookOf } from "./scenarios/scenario-book.ts";
import { day, engagementId } from "./scenarios/scenario-kit.ts";

const scenario = { title: "", rule: "", given: { grouping: "client" as const }, expect: { invoices: [] } };
const book = bookOf(scenario, { hash: "", packs: [] } as unknown as PolicyBundle);
const [known] = [...book.engagements.values()] as [BookEngagement];

/** Another engagement of the client, on the same terms but for when it is to be paid. */
const payableIn = (id: string, paymentTermsDays: number): BookEngagement => ({
  ...known,
  id: id as EngagementId,
  terms: known.terms.map((version) => ({ ...version, terms: { ...version.terms, paymentTermsDays } })),
});

const fee = (of: string) =>
  chargePiece({ engagementId: of, on: day("2026-10-12"), amountMinor: 10_000n } as WorkPiece, {
    description: `Fee of ${of}`,
    because: "",
  });

it("puts work that is due at different times on different invoices: an invoice has one due date", () => {
  const engagements = new Map(
    [known, payableIn("same", 30), payableIn("sooner", 14)].map((engagement) => [engagement.id, engagement]),
  );
  const drafts = assembleDrafts({ ...book, engagements }, [fee(engagementId), fee("sooner"), fee("same")]);
  expect(drafts.map(({ paymentTermsDays, netMinor }) => [paymentTermsDays, netMinor])).toEqual([
    [30, 20_000n],
    [14, 10_000n],
  ]);
});
