import { expect, it } from "vitest";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { RateId } from "@plumbline/domain/id";
import { lineReason, type LineReason } from "./line-reason.ts";
import { rateLevels } from "./rate-level.ts";

const reason: LineReason = {
  choice: {
    level: rateLevels[5],
    rate: {
      id: "r" as RateId,
      cardId: "c",
      cardName: "Standard",
      currency: "EUR",
      priceMinor: 15_000n,
      from: "2026-01-01" as LocalDate,
    },
  },
  entries: 2,
  firstOn: "2026-10-05" as LocalDate,
  lastOn: "2026-10-06" as LocalDate,
  workedMinutes: 100,
  billedMinutes: 105,
  increment: { minutes: 15, per: "day" },
  conditions: [],
};

it("says price, source, work and rounding in the client's language", () => {
  expect(lineReason(reason, "en-GB")).toBe(
    "150.00 EUR per hour from the engagement's rate card “Standard”, in force since 2026-01-01; 2 entries from 2026-10-05 to 2026-10-06; 100 min worked, rounded up by 15 min per day",
  );
  expect(lineReason(reason, "de-AT")).toBe(
    "150.00 EUR je Stunde nach der Preisliste „Standard“ des Auftrags, gültig seit 2026-01-01; 2 Einträge vom 2026-10-05 bis 2026-10-06; 100 min gearbeitet, aufgerundet auf 15 min je Tag",
  );
});

it("is silent about rounding that did not happen, and speaks English where it has no words", () => {
  const exact = lineReason({ ...reason, entries: 1, lastOn: reason.firstOn, billedMinutes: 100 }, "pt");
  expect(exact).toBe(
    "150.00 EUR per hour from the engagement's rate card “Standard”, in force since 2026-01-01; 1 entry on 2026-10-05",
  );
});
