import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";

/** A port nobody listens on at this moment. Another process may still take it first, so callers try again. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo; // A TCP server's address is never a string.
  probe.close();
  await once(probe, "close");
  return port;
}
