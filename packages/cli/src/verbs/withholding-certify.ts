import { randomUUID } from "node:crypto";
import { verb } from "../verb.ts";
import { shownCertificate } from "./withholding-shown.ts";

export const withholdingCertify = verb({
  name: "withholding certify",
  summary: "Record a certificate that proves tax which a client kept",
  arguments: {
    CLIENT: { what: "id of the client" },
    ENTITY: { what: "id of the legal entity whose invoices it is about" },
    NUMBER: { what: "the number on the paper" },
    DAY: { what: "the day on the paper, such as 2027-01-31" },
    AMOUNT: { what: "such as 150.00; the oldest invoices are proven first" },
    CURRENCY: { what: "such as EUR" },
  },
  examples: [
    "withholding certify 0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d01 0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d02 CR-118 2027-01-31 150.00 EUR",
  ],
  run: async ({ connect, arguments: said }) => {
    const { ask } = await connect();
    const params = { header: { "Idempotency-Key": randomUUID() } };
    const body = {
      clientId: said.CLIENT,
      legalEntityId: said.ENTITY,
      number: said.NUMBER,
      issuedOn: said.DAY,
      amount: { amount: said.AMOUNT, currency: said.CURRENCY },
    };
    return shownCertificate(await ask((client) => client.POST("/v1/withholding-certificates", { params, body })));
  },
});
