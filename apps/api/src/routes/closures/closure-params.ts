import { z } from "zod";
import { id } from "@plumbline/contract/scalar";

/** The closure that an address names. */
export const closureParams = z.strictObject({ closureId: id<"closure">() });
