import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { advice } from "@plumbline/platform/advice";
import { type OwnedChild, startOwnedChild } from "@plumbline/platform/embedded/owned-child";

const apps = join(import.meta.dirname, "..", "..", "apps");
const standardOutput = 1;
const readyWithinMs = 30_000;

type App = "api" | "worker" | "portal";
type Settings = Readonly<Record<string, string | number>>;
export type RunApp = (app: App, settings: Settings) => OwnedChild;

/** Starts an application as the process it is in production. Its settings are all it learns about the environment. */
export function startApp(app: App, settings: Settings): OwnedChild {
  return startOwnedChild({
    command: [process.execPath, join(apps, app, "src", "main.ts")],
    environment: Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, String(value)])),
    logFd: standardOutput,
    signals: ["SIGTERM"],
    patienceMs: 10_000,
  });
}

/** Waits until an application takes connections. @throws advice when it ends instead, or takes too long */
export async function untilServing(
  app: OwnedChild,
  at: { readonly host: string; readonly port: number },
): Promise<void> {
  const until = performance.now() + readyWithinMs;
  while (!(await accepts(at))) {
    if (!app.alive()) throw advice(`Nothing listens on ${at.host}:${at.port}; what the application said is above.`);
    if (performance.now() > until) {
      await app.stop();
      throw advice(`Nothing listened on ${at.host}:${at.port} within ${readyWithinMs / 1000} s.`);
    }
    await sleep(50);
  }
}

function accepts(at: { readonly host: string; readonly port: number }): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(at);
    socket.once("error", () => resolve(false));
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
  });
}
