import { z } from "zod";
import { keyPermissions } from "@plumbline/domain/access/key-permissions";
import { pageQuery } from "./page.ts";
import { id, instant } from "./scalar.ts";

const scope = z.enum(keyPermissions as readonly [string, ...string[]]);

export const apiKeyWire = z
  .strictObject({
    id: id<"api-key">(),
    name: z.string(),
    /** Enough to recognise a key by, and never enough to use it. */
    prefix: z.string(),
    scopes: z.array(scope),
    createdBy: z.string(),
    createdAt: instant,
    expiresAt: instant,
    lastUsedAt: instant.optional(),
    /** Until when the secret before the last rotation still works. */
    overlapsUntil: instant.optional(),
    revokedAt: instant.optional(),
  })
  .meta({ id: "ApiKey" });
export type ApiKeyWire = z.infer<typeof apiKeyWire>;

/** The answer that shows the secret, once. */
export const apiKeySecretWire = apiKeyWire
  .extend({ secret: z.string().meta({ description: "Shown this once; it is stored as a hash." }) })
  .meta({ id: "ApiKeySecret" });

export const lifetimeDaysMax = 365;
export const overlapHoursMax = 168;

export const apiKeyInput = z.strictObject({
  name: z.string().trim().min(1).max(80).meta({ example: "Nightly time import" }),
  scopes: z.array(scope).min(1).max(keyPermissions.length),
  lifetimeDays: z.int().min(1).max(lifetimeDaysMax).default(90),
});
export const apiKeyRotationInput = z.strictObject({
  overlapHours: z
    .int()
    .min(0)
    .max(overlapHoursMax)
    .default(24)
    .meta({ description: "How long the old secret works beside the new one." }),
  lifetimeDays: z.int().min(1).max(lifetimeDaysMax).default(90),
});
export const apiKeyFilter = { ...pageQuery };
