import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, watch } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { runCommand } from "./command.ts";
import { stopSignal } from "./start/stop-signal.ts";

const root = join(import.meta.dirname, "..");
const watched = ["apps", "packages", "migrations", "templates", "tenants", "scripts"];
/** Editors and git write several files at once. */
const settleMs = 200;

/** `npm start` that starts again when a file changes. The database stays between two starts. */
async function dev(args: readonly string[]): Promise<number> {
  let changed = Promise.withResolvers<"changed">();
  for (const folder of watched.filter((name) => existsSync(join(root, name)))) {
    watch(join(root, folder), { recursive: true }, (_event, file) => {
      if (file && !/(^|\/)(node_modules|\.turbo)(\/|$)|\.test\.tsx?$|~$|\.sw.$/.test(file)) changed.resolve("changed");
    });
  }
  const stopped = stopSignal().then(() => "stopped" as const);

  for (;;) {
    const child = spawn(process.execPath, [join(root, "scripts", "start.ts"), ...args], { stdio: "inherit" });
    // A start that failed waits for the change that mends it.
    const why = await Promise.race([stopped, changed.promise]);
    if (why === "changed") await sleep(settleMs);
    await end(child);
    if (why === "stopped") return 0;
    changed = Promise.withResolvers<"changed">();
    console.log("\nA file changed; starting again");
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGTERM");
  await gone;
}

await runCommand(dev);
