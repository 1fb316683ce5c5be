import { z } from "zod";
import { id } from "@plumbline/contract/scalar";

/** The bank entry that an address names. */
export const bankEntryParams = z.strictObject({ bankEntryId: id<"bank-entry">() });
