import { certificateInput, certificateWire } from "@plumbline/contract/withholding";
import { certifyWithholding } from "@plumbline/operations/withholding/certify-withholding";
import { findCertificate } from "@plumbline/operations/withholding/list-certificates";
import { write } from "../../route.ts";

export const createCertificate = write({
  path: "/v1/withholding-certificates",
  summary: "Record a certificate that proves tax which a client kept: the tax office owes it from now on",
  needs: "payment.record",
  body: certificateInput,
  answers: { status: 201, body: certificateWire },
  keep: "forever",
  location: ({ id }) => `/v1/withholding-certificates/${id}`,
  problems: [
    "client-not-found",
    "client-merged",
    "legal-entity-not-found",
    "withholding-certificate-refused",
    "booking-date-refused",
  ],
  handle: async ({ scope, body }) =>
    findCertificate(scope, { withholdingCertificateId: await certifyWithholding(scope, body) }),
});
