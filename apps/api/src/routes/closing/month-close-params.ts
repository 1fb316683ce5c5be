import { z } from "zod";
import { id } from "@plumbline/contract/scalar";

/** The closed month that an address names. */
export const monthCloseParams = z.strictObject({ monthCloseId: id<"month-close">() });
