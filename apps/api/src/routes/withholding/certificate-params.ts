import { z } from "zod";
import { id } from "@plumbline/contract/scalar";

/** The withholding certificate that an address names. */
export const certificateParams = z.strictObject({ withholdingCertificateId: id<"withholding-certificate">() });
