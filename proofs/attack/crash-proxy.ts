import { connect, createServer, type Socket } from "node:net";
import type { AddressInfo } from "node:net";

/** Where in a write the process that makes it is stopped. */
export const failpoints = [
  "while it looks whether it was answered",
  "before its answer is kept",
  "before the commit",
  "after the commit, before the answer",
] as const;
export type Failpoint = (typeof failpoints)[number] | "a commit that is none";

export type CrashProxy = {
  readonly port: number;
  /** Holds the next write at that point, for good, and resolves when it is there. */
  readonly arm: (point: Failpoint) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** PostgreSQL's protocol, as far as it is needed: a type, a length, a text. */
const ofType = (message: Buffer, type: string, text: string) =>
  message[0] === type.charCodeAt(0) && message.includes(text);
const committed = Buffer.from("C\0\0\0\x0bCOMMIT\0Z\0\0\0\x05I", "latin1");

/** Stands between the API and PostgreSQL, reads what is said, and can stop saying it on at any point of a write. */
export async function openCrashProxy(to: { readonly host: string; readonly port: number }): Promise<CrashProxy> {
  let armed: { readonly point: Failpoint; readonly fire: () => void } | undefined;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(to);
    const state = { greeted: false, writing: false, held: false, hush: false, rest: Buffer.alloc(0) };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    const hold = () => {
      state.held = true;
      armed?.fire();
      armed = undefined;
    };
    const isPoint = (message: Buffer): boolean => {
      if (armed === undefined) return false;
      if (ofType(message, "P", "left join idempotency_keys")) return armed.point === failpoints[0];
      if (ofType(message, "P", "insert into idempotency_keys")) {
        state.writing = true;
        return armed.point === failpoints[1];
      }
      return state.writing && ofType(message, "Q", "COMMIT") && armed.point !== failpoints[3];
    };
    client.on("data", (chunk: Buffer) => {
      state.rest = Buffer.concat([state.rest, chunk]);
      for (let message = nextMessage(state); message !== undefined; message = nextMessage(state)) {
        if (state.held) continue;
        if (isPoint(message)) {
          if (armed?.point === "a commit that is none") client.write(committed);
          hold();
          continue;
        }
        if (state.writing && ofType(message, "Q", "COMMIT")) state.hush = armed !== undefined;
        upstream.write(message);
      }
    });
    upstream.on("data", (chunk: Buffer) => {
      if (!state.hush) client.write(chunk);
      else if (chunk.includes("COMMIT")) hold();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    arm: (point) =>
      new Promise((fire) => {
        armed = { point, fire };
      }),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Takes one whole message from what has arrived; the first has no type. */
function nextMessage(state: { greeted: boolean; rest: Buffer }): Buffer | undefined {
  const { rest, greeted } = state;
  const head = greeted ? 1 : 0;
  if (rest.length < head + 4) return undefined;
  const length = head + rest.readInt32BE(head);
  if (rest.length < length) return undefined;
  state.greeted = true;
  state.rest = rest.subarray(length);
  return rest.subarray(0, length);
}
