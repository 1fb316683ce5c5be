import { z } from "zod";
import { id } from "@plumbline/contract/scalar";
import { vatIdCheckInput, vatIdCheckWire } from "@plumbline/contract/vat-id-check";
import { recordVatIdCheck } from "@plumbline/operations/clients/record-vat-id-check";
import { write } from "../../route.ts";

const validOf = { valid: true, invalid: false, no_answer: "pending" } as const;

export const createVatIdCheck = write({
  path: "/v1/clients/:clientId/vat-id-checks",
  summary: "Keep what a VAT register answered about a client's id",
  needs: "client.verify",
  params: z.strictObject({ clientId: id<"client">() }),
  body: vatIdCheckInput,
  answers: { status: 201, body: vatIdCheckWire },
  keep: "forever",
  problems: ["client-not-found", "vat-id-check-refused"],
  handle: async ({ scope, params: { clientId }, body: { taxId, answer, ...said } }) => {
    const check = await recordVatIdCheck(scope, { clientId, taxId, answer: { ...said, valid: validOf[answer] } });
    return { ...said, taxId: check.taxId, answer };
  },
});
