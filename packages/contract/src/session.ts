import { z } from "zod";
import { permissions } from "@plumbline/domain/access/permissions";
import { roleNames, type Role } from "@plumbline/domain/access/roles";

/** What anybody who knows a firm's address may see of it: its look. */
export const brandWire = z
  .strictObject({
    slug: z.string(),
    name: z.string(),
    colour: z.string(),
    font: z.string(),
    logoSvg: z.string(),
    website: z.string().optional(),
    supportEmail: z.string().optional(),
    hash: z.string().meta({ description: "Changes with the brand." }),
    organization: z.string().meta({ description: "What the sign-in must be for." }),
  })
  .meta({ id: "Brand" });
export type BrandWire = z.infer<typeof brandWire>;

/** Who is asking, where, and what they may do. */
export const sessionWire = z
  .strictObject({
    tenant: z.strictObject({ id: z.uuid(), slug: z.string(), name: z.string() }),
    actor: z.strictObject({
      id: z.uuid(),
      kind: z.enum(["person", "key"]),
      name: z.string(),
      email: z.string().optional(),
      roles: z.array(z.enum(roleNames as readonly [Role, ...Role[]])),
    }),
    permissions: z.array(z.enum(permissions)),
  })
  .meta({ id: "Session" });
export type SessionWire = z.infer<typeof sessionWire>;

/** A firm the caller belongs to. */
export const ownTenantWire = z
  .strictObject({ slug: z.string(), name: z.string(), roles: z.array(z.string()), host: z.string() })
  .meta({
    id: "OwnTenant",
    example: { slug: "meridian", name: "Meridian Consulting", roles: ["controller"], host: "meridian.localhost" },
  });
export const ownTenantsWire = z.strictObject({ items: z.array(ownTenantWire) });
