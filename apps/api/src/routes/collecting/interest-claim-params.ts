import { z } from "zod";
import { id } from "@plumbline/contract/scalar";

/** The claim of interest that an address names. */
export const interestClaimParams = z.strictObject({ interestClaimId: id<"interest-claim">() });
