import type { BrandWire } from "@plumbline/contract/session";
import type { SnapshotBrand } from "@plumbline/domain/invoice/snapshot";
import type { Scope } from "@plumbline/platform/scope";
import { queryOne } from "@plumbline/platform/sql";

type Row = {
  readonly slug: string;
  readonly organization: string;
  readonly hash: string;
  readonly brand: SnapshotBrand;
};

/** The look of the firm, and the organisation to sign in to. Whoever knows its address may see it, so it demands nothing. */
export async function findBrand(scope: Scope): Promise<BrandWire> {
  const { slug, organization, hash, brand } = await queryOne<Row>(
    scope.tx,
    `select t.slug, t.organization, b.hash, b.brand
       from tenants t join brandings b on b.tenant_id = t.id
      order by b.created_at desc, b.id desc limit 1`,
  );
  const { name, colour, font, logoSvg, website, supportEmail } = brand;
  return {
    slug,
    organization,
    hash,
    name,
    colour,
    font,
    logoSvg,
    ...(website !== undefined && { website }),
    ...(supportEmail !== undefined && { supportEmail }),
  };
}
