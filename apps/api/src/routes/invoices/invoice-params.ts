import { z } from "zod";
import { id } from "@plumbline/contract/scalar";

/** The invoice that an address names. */
export const invoiceParams = z.strictObject({ invoiceId: id<"invoice">() });
