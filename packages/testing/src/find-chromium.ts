import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** A Chromium to drive: `CHROMIUM`'s, or the first on PATH. Undefined when there is none. */
export function findChromium(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const given = environment["CHROMIUM"];
  const folders = (environment["PATH"] ?? "").split(delimiter).filter(Boolean);
  const candidates = given ? [given] : folders.flatMap((folder) => names.map((name) => join(folder, name)));
  return candidates.find(canRun);
}

function canRun(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Chromium refuses to sandbox itself for root. */
export const chromiumArguments = (): string[] => (process.getuid?.() === 0 ? ["--no-sandbox"] : []);
