import { access, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { type BrandFile, brandFile, type TenantFile, tenantFile } from "@plumbline/contract/tenant";
import { Problem } from "@plumbline/domain/problem";
import type { SnapshotBrand } from "@plumbline/domain/invoice/snapshot";
import type { PolicyBundle } from "@plumbline/domain/policy/evaluate";
import { readBundle } from "../policies/policy-bundles.ts";

/** Everything a tenant's folder says, parsed and checked. */
export type TenantFolder = {
  readonly tenant: TenantFile;
  readonly brand: SnapshotBrand;
  readonly bundle: PolicyBundle;
};

/** A file shape: what `safeParse` of a Zod schema looks like from here. */
type Shape<T> = {
  safeParse(value: unknown): { success: true; data: T } | { success: false; error: { issues: readonly Issue[] } };
};
type Issue = { readonly path: readonly PropertyKey[]; readonly message: string };

/**
 * Reads `tenant.yaml`, `brand.yaml` with its logo, and the policies: those of `_platform` and of its verticals beside it, then
 * its own.
 *
 * @throws Problem `tenant-configuration-invalid`, naming file, field and reason of every fault | `policy-invalid`
 */
export async function readTenantFolder(folder: string): Promise<TenantFolder> {
  const tenant = await readYaml<TenantFile>(join(folder, "tenant.yaml"), tenantFile);
  const { logo, ...brand } = await readYaml<BrandFile>(join(folder, "brand.yaml"), brandFile);
  const logoSvg = await readFile(join(folder, logo), "utf8").catch(missing(join(folder, logo)));
  const verticals = (tenant.verticals ?? []).map((vertical) => join(folder, "..", "_verticals", vertical));
  // A folder without policies is fine, a vertical that does not exist is not.
  await Promise.all(verticals.map((vertical) => access(vertical).catch(missing(vertical))));
  const bundle = await readBundle([join(folder, "../_platform/policies"), ...verticals, join(folder, "policies")]);
  return { tenant, brand: { ...withoutUndefined(brand), logoSvg }, bundle };
}

async function readYaml<T>(file: string, shape: Shape<T>): Promise<T> {
  const text = await readFile(file, "utf8").catch(missing(file));
  let value: unknown;
  try {
    value = parse(text);
  } catch (cause) {
    throw invalid([`${file}: ${(cause as Error).message}`], cause);
  }
  const parsed = shape.safeParse(value);
  if (parsed.success) return parsed.data;
  throw invalid(parsed.error.issues.map((issue) => `${file}: ${issue.path.join(".") || "file"}: ${issue.message}`));
}

const missing = (file: string) => (cause: unknown) => {
  throw invalid([`${file}: cannot be read`], cause);
};

const invalid = (faults: readonly string[], cause?: unknown) =>
  new Problem("tenant-configuration-invalid", { detail: faults.join("; "), extra: { faults }, cause });

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** Optional members are absent, not undefined, in what we store and hash. */
const withoutUndefined = <T extends object>(value: T): Defined<T> =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Defined<T>;
