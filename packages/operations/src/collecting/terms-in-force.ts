/**
 * SQL of the terms about paying late that hold on a day: of those that started the one that starts last, and of these the
 * one recorded last. Null when nothing was agreed.
 *
 * @param of columns of whose terms they are; with all clients of the legal entity when there is no client
 */
export const termsInForce = (of: {
  readonly tenant: string;
  readonly entity: string;
  readonly currency: string;
  readonly client?: string;
  readonly day: string;
}): string => `(
  select t.terms from collecting_terms t
   where t.tenant_id = ${of.tenant} and t.legal_entity_id = ${of.entity} and t.currency = ${of.currency}
     and t.client_id ${of.client === undefined ? "is null" : `= ${of.client}`} and t.starts_on <= ${of.day}
   order by t.starts_on desc, t.id desc limit 1)`;
