import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";

const built = resolve(import.meta.dirname, "../../apps/portal/dist");

export const budgetsKb = { entryJs: 190, css: 25, lazyRoute: 130 } as const;

type Manifest = Readonly<
  Record<string, { file: string; css?: string[]; imports?: string[]; dynamicImports?: string[]; isEntry?: boolean }>
>;

/** What a browser fetches, compressed as the plainest of them asks for it: at the start, and for each page. */
export function weighBundle() {
  const manifest = JSON.parse(readFileSync(join(built, "manifest.json"), "utf8")) as Manifest;
  const entry = Object.keys(manifest).find((key) => manifest[key]?.isEntry) ?? "";
  const closure = (key: string, seen = new Set<string>()): Set<string> => {
    if (seen.has(key)) return seen;
    seen.add(key);
    for (const imported of manifest[key]?.imports ?? []) closure(imported, seen);
    return seen;
  };
  const first = closure(entry);
  const weigh = (keys: Iterable<string>, ofFile: (key: string) => readonly string[]) => {
    const files = new Set([...keys].flatMap(ofFile));
    return (
      [...files].reduce((sum, file) => sum + gzipSync(readFileSync(join(built, file)), { level: 9 }).length, 0) / 1024
    );
  };
  const script = (key: string) => (manifest[key] === undefined ? [] : [manifest[key].file]);
  const styles = (key: string) => manifest[key]?.css ?? [];
  const routes = (manifest[entry]?.dynamicImports ?? []).map((route) => {
    const own = [...closure(route)].filter((key) => !first.has(key));
    return { js: weigh(own, script), css: weigh(own, styles) };
  });
  const round = (kb: number) => Math.round(kb * 10) / 10;
  return {
    entryJsKb: round(weigh(first, script)),
    entryCssKb: round(weigh(first, styles)),
    cssKb: round(weigh(Object.keys(manifest), styles)),
    largestRouteJsKb: round(Math.max(0, ...routes.map(({ js }) => js))),
    routes: routes.length,
  };
}
