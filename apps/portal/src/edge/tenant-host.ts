/** Where firms' portals are: the slug goes before the host. */
export type TenantHosts = {
  /** The firm a request's host names; undefined for anything else, the bare domain included. */
  readonly slugOf: (host: string | undefined) => string | undefined;
  readonly originOf: (slug: string) => string;
};

export function tenantHosts(appUrl: string): TenantHosts {
  const { protocol, hostname, port } = new URL(appUrl);
  const suffix = `.${hostname}`;
  return {
    slugOf: (host) => {
      const name = (host ?? "")
        .toLowerCase()
        .replace(/:\d{1,5}$/, "")
        .replace(/\.$/, "");
      const slug = name.endsWith(suffix) ? name.slice(0, -suffix.length) : "";
      return /^[a-z][a-z0-9-]{1,62}$/.test(slug) ? slug : undefined;
    },
    originOf: (slug) => `${protocol}//${slug}${suffix}${port === "" ? "" : `:${port}`}`,
  };
}
