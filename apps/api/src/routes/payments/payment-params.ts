import { z } from "zod";
import { id } from "@plumbline/contract/scalar";

/** The payment that an address names. */
export const paymentParams = z.strictObject({ paymentId: id<"payment">() });
