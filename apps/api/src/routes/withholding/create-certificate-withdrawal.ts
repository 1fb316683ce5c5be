import { certificateWire, certificateWithdrawalInput } from "@plumbline/contract/withholding";
import { findCertificate } from "@plumbline/operations/withholding/list-certificates";
import { withdrawCertificate } from "@plumbline/operations/withholding/withdraw-certificate";
import { write } from "../../route.ts";
import { certificateParams } from "./certificate-params.ts";

export const createCertificateWithdrawal = write({
  path: "/v1/withholding-certificates/:withholdingCertificateId/withdrawal",
  summary: "Take a certificate back that was wrong: what it proved is unproven again",
  needs: "payment.record",
  params: certificateParams,
  body: certificateWithdrawalInput,
  answers: { status: 201, body: certificateWire },
  keep: "forever",
  problems: ["withholding-certificate-not-found", "withholding-certificate-refused", "booking-date-refused"],
  handle: async ({ scope, params, body }) => {
    await withdrawCertificate(scope, { ...params, ...body });
    return findCertificate(scope, params);
  },
});
