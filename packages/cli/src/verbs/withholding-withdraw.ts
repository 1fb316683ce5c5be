import { randomUUID } from "node:crypto";
import { verb } from "../verb.ts";
import { shownCertificate } from "./withholding-shown.ts";

export const withholdingWithdraw = verb({
  name: "withholding withdraw",
  summary: "Take a certificate back that was wrong",
  arguments: { CERTIFICATE: { what: "id of the certificate" }, REASON: { what: "why, in a sentence" } },
  examples: ['withholding withdraw 0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d70 "It is of another year"'],
  run: async ({ connect, arguments: { CERTIFICATE: withholdingCertificateId, REASON: reason } }) => {
    const { ask } = await connect();
    const params = { header: { "Idempotency-Key": randomUUID() }, path: { withholdingCertificateId } };
    return shownCertificate(
      await ask((client) =>
        client.POST("/v1/withholding-certificates/{withholdingCertificateId}/withdrawal", { params, body: { reason } }),
      ),
    );
  },
});
