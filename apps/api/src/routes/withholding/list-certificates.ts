import { z } from "zod";
import { pageOf } from "@plumbline/contract/page";
import { certificateFilter, certificateWire } from "@plumbline/contract/withholding";
import { listCertificates as certificatesOf } from "@plumbline/operations/withholding/list-certificates";
import { read } from "../../route.ts";

export const listCertificates = read({
  path: "/v1/withholding-certificates",
  summary: "List withholding certificates, newest first",
  needs: "receivable.read",
  query: z.strictObject(certificateFilter),
  answers: pageOf(certificateWire),
  problems: [],
  handle: async ({ scope, query }) => certificatesOf(scope, query),
});
