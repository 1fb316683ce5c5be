/** Columns of a German client that lacks nothing: its work can be billed. */
export const billableClient = (key: string, more: Readonly<Record<string, string>> = {}) => ({
  client_key: key,
  name: `Client ${key.replace(/^c/, "")}`,
  legal_name: `${more["name"] ?? `Client ${key.replace(/^c/, "")}`} GmbH`,
  country: "DE",
  tax_id: `DE${key.replace(/^c/, "")}`,
  invoice_email: "ap@client.example",
  po_required: "no",
  ...more,
});
