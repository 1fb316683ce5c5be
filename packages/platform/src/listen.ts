import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { advice } from "./advice.ts";

export type Listening = {
  readonly port: number;
  /** Takes no more requests, answers those it has, and resolves when they are done. */
  readonly close: () => Promise<void>;
};

const closeWithinMs = 5_000;

/** Opens the door. @throws advice when the port is taken or not allowed */
export async function listen(
  app: RequestListener,
  at: { readonly host: string; readonly port: number },
): Promise<Listening> {
  const server = createServer(app);
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(sentence(error, at.port)));
    server.listen(at.port, at.host, resolve);
  });
  const { port } = server.address() as AddressInfo; // A TCP server's address is never a string.
  return { port, close: () => close(server) };
}

function sentence(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code === "EADDRINUSE") {
    return advice(
      `Port ${port} is in use. Stop what listens there, or choose another one: PORT=${port + 1} npm start`,
      error,
    );
  }
  if (error.code === "EACCES") {
    return advice(`This user may not listen on port ${port}. Choose one above 1023: PORT=8080 npm start`, error);
  }
  return error;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), closeWithinMs).unref();
  });
}
