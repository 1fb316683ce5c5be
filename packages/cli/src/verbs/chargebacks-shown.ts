import type { Schemas } from "@plumbline/client/client";
import { money } from "../printing/words.ts";
import type { Answer } from "../verb.ts";

/** A chargeback as it stands now. */
export const shownChargeback = (chargeback: Schemas["Chargeback"]): Answer => ({
  document: chargeback,
  lines: (style) => [
    `${style.strong(chargeback.caseReference)}: ${money(chargeback.amount)} of ${chargeback.client.name}, ${chargeback.state}` +
      (chargeback.state === "open" ? `; answer by ${chargeback.answerBy}` : ""),
    style.quiet(chargeback.id),
  ],
});
