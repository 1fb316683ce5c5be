import { z } from "zod";
import { id } from "@plumbline/contract/scalar";

/** The dispute that an address names. */
export const disputeParams = z.strictObject({ disputeId: id<"dispute">() });
