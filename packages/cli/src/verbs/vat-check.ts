import { randomUUID } from "node:crypto";
import type { Schemas } from "@plumbline/client/client";
import { Failure } from "../failure.ts";
import { verb } from "../verb.ts";

const answers = ["valid", "invalid", "no_answer"] as const;
type Answer = Schemas["VatIdCheck"]["answer"];

export const vatCheck = verb({
  name: "vat-check",
  summary: "Keep what a VAT register answered about a client's id",
  arguments: { CLIENT: { what: "id of the client" }, VAT_ID: { what: "the id that was asked about" } },
  options: {
    answer: { value: "ANSWER", what: "what the register said; no_answer when it is down", choices: answers },
    source: { value: "NAME", what: "who answered; VIES" },
    reference: { value: "TEXT", what: "the register's reference of the consultation" },
    at: { value: "INSTANT", what: "when, such as 2026-10-31T09:00:00Z; now" },
  },
  examples: ["vat-check 0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d06 FR40303265045 --answer valid --reference WAPIAAAAXk1b"],
  run: async ({ connect, arguments: { CLIENT: clientId, VAT_ID: taxId }, options }) => {
    if (options.answer === undefined) throw new Failure("usage", `Say what it answered: --answer ${answers.join("|")}`);
    const { ask } = await connect();
    const params = { path: { clientId }, header: { "Idempotency-Key": randomUUID() } };
    const body = {
      taxId,
      answer: options.answer as Answer, // The parser lets only the choices pass.
      checkedAt: options.at ?? new Date().toISOString(),
      source: options.source ?? "VIES",
      ...(options.reference !== undefined && { reference: options.reference }),
    };
    const check = await ask((client) => client.POST("/v1/clients/{clientId}/vat-id-checks", { params, body }));
    return {
      document: check,
      lines: (style) => [
        check.answer === "valid"
          ? style.good(`${check.taxId} is valid: what waited for it is drafted anew without the seller's tax`)
          : style.bad(
              check.answer === "invalid"
                ? `${check.source} does not know ${check.taxId}: the seller's rate stands, and a person must settle it`
                : `${check.source} has not answered: the tax of this client stays pending`,
            ),
      ],
    };
  },
});
