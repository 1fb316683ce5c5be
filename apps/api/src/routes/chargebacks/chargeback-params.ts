import { z } from "zod";
import { id } from "@plumbline/contract/scalar";

/** The chargeback that an address names. */
export const chargebackParams = z.strictObject({ chargebackId: id<"chargeback">() });
