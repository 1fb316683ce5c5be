import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { advice } from "@plumbline/platform/advice";

const root = join(import.meta.dirname, "..", "..");

/** Builds the portal's pages, unless they are built from these very sources. @throws advice with what the build said */
export async function buildPortal(): Promise<void> {
  const child = spawn(
    join(root, "node_modules", ".bin", "turbo"),
    ["run", "build", "--output-logs=errors-only", "--no-color"],
    {
      cwd: root,
      env: { ...process.env, TURBO_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1" },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  const said = Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw advice(`The portal cannot be built:\n${(await said).join("").trim()}`);
}
