import { z } from "zod";
import { id } from "@plumbline/contract/scalar";

export const clockParams = z.strictObject({ clockId: id<"clock">() });
