import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { text } from "node:stream/consumers";

const portal = resolve(import.meta.dirname, "../../apps/portal");

/** Builds the pages from the sources as they are, as `npm run build` does. */
export async function buildPages(): Promise<void> {
  const child = spawn("npm", ["run", "build"], { cwd: portal, stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise<number | null>((done) => child.once("close", done));
  const [said, wrong] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if ((await ended) !== 0) throw new Error(`the pages cannot be built:\n${said}\n${wrong}`);
}
