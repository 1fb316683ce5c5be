import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { advice } from "@plumbline/platform/advice";
import { type OwnedChild, startOwnedChild } from "@plumbline/platform/embedded/owned-child";

const apps = join(import.meta.dirname, "..", "..", "apps");
const standardOutput = 1;
const readyWithinMs = 30_000;

/** Starts an application as the process it is in production, and waits until it takes connections. */
export async function serve(
  app: "api",
  settings: { readonly HOST: string; readonly PORT: number } & Readonly<Record<string, string | number>>,
): Promise<OwnedChild> {
  const environment = Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, String(value)]));
  const child = startOwnedChild({
    command: [process.execPath, join(apps, app, "src", "main.ts")],
    environment,
    logFd: standardOutput,
    signals: ["SIGTERM"],
    patienceMs: 10_000,
  });
  const until = performance.now() + readyWithinMs;
  while (!(await accepts(settings.HOST, settings.PORT))) {
    if (!child.alive()) throw advice(`The ${app} did not start; what it said is above.`);
    if (performance.now() > until) {
      await child.stop();
      throw advice(`The ${app} did not answer on ${settings.HOST}:${settings.PORT} within ${readyWithinMs / 1000} s.`);
    }
    await sleep(50);
  }
  return child;
}

function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}
