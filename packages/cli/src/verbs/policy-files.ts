import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import type { Schemas } from "@plumbline/client/client";
import { Failure } from "../failure.ts";
import type { Style } from "../printing/style.ts";

/** The argument of every verb that takes a firm's own packs. */
export const ownPacks = { FILE: { what: "the firm's own packs, all of them, in YAML", many: true } } as const;

/** @throws Failure `usage` when one cannot be read */
export const readPolicyFiles = (paths: readonly string[]) =>
  Promise.all(
    paths.map(async (path) => {
      try {
        return { name: basename(path), text: await readFile(path, "utf8") };
      } catch (cause) {
        throw new Failure("usage", `${path} cannot be read (${(cause as NodeJS.ErrnoException).code ?? "unknown"}).`, {
          cause,
        });
      }
    }),
  );

type Change = Schemas["PolicyCheck"]["changes"][number];

/** What changes, rule by rule. */
export const changeLines = (changes: readonly Change[], style: Style): readonly string[] =>
  changes.length === 0
    ? ["Nothing differs from what is in force."]
    : changes.map(({ pack, rule, change, members }) => {
        const said = `${signs[change]} ${pack} › ${rule}${members.length > 0 ? `: ${members.join(", ")}` : ""}`;
        return change === "added" ? style.good(said) : change === "removed" ? style.bad(said) : style.warn(said);
      });

const signs = { added: "+", removed: "-", changed: "~" } as const;
