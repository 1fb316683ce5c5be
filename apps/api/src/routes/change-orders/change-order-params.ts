import { z } from "zod";
import { id } from "@plumbline/contract/scalar";

/** The change order that an address names. */
export const changeOrderParams = z.strictObject({ changeOrderId: id<"change-order">() });
