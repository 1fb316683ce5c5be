/** Of a row that an order made, for what reads it: absent where none did. Expects the order as `o`. */
export const amendedBySql = `case when o.id is not null then jsonb_build_object('number', o.number, 'signedOn', o.signed_on) end`;
