import { listen } from "@plumbline/platform/listen";

export type Ports = { readonly portal: number; readonly api: number; readonly issuer: number };

/**
 * The ports of what is served: the portal's, and the two behind it.
 *
 * @throws advice when one of them is taken or not allowed
 */
export async function freePorts({ HOST, PORT }: { readonly HOST: string; readonly PORT: number }): Promise<Ports> {
  const ports = { portal: PORT, api: PORT + 1, issuer: PORT + 2 };
  for (const port of Object.values(ports)) await (await listen(() => {}, { host: HOST, port })).close();
  return ports;
}
