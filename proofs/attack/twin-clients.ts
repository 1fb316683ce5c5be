import type { Firm } from "@plumbline/testing/firm";
import { billableClient } from "@plumbline/testing/billable-client";

/** Enough that each place of each route has one of its own to merge. */
const twins = 6;

/** Clients that a client of the firm's is known by in another system too: nothing contradicts their being it. */
export const takeTwins = (firm: Firm, key: string, more: Readonly<Record<string, string>>) =>
  firm.take(
    "clients",
    Array.from({ length: twins }, (_, index) => ({
      ...billableClient(key, more),
      client_key: `twin-${index}`,
      name: "Twin",
    })),
  );
