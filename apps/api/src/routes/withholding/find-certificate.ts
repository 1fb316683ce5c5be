import { certificateWire } from "@plumbline/contract/withholding";
import { findCertificate as find } from "@plumbline/operations/withholding/list-certificates";
import { read } from "../../route.ts";
import { certificateParams } from "./certificate-params.ts";

export const findCertificate = read({
  path: "/v1/withholding-certificates/:withholdingCertificateId",
  summary: "Show a withholding certificate and what it proves of which invoice",
  needs: "receivable.read",
  params: certificateParams,
  answers: certificateWire,
  problems: ["withholding-certificate-not-found"],
  handle: async ({ scope, params }) => find(scope, params),
});
