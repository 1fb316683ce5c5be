/** What was agreed last about the retainer of an engagement, as `terms`; null when nothing was. */
export const agreedRetainerSql = (engagement: { readonly tenant: string; readonly id: string }): string => `
  select x.terms -> 'retainer' as terms from engagement_terms x
   where x.tenant_id = ${engagement.tenant} and x.engagement_id = ${engagement.id} and x.known_to is null
   order by x.effective_from desc, x.amended desc limit 1`;
