import type { Config } from "./config.ts";
import type { Connection } from "./connection/connect.ts";
import type { ExitName } from "./exit-codes.ts";
import type { Progress } from "./printing/progress.ts";
import type { Style } from "./printing/style.ts";
import type { World } from "./world.ts";

/** An option with a value carries its name (`STAGE`); one without is there or not. */
type OptionSpec = {
  readonly what: string;
  readonly value?: string;
  readonly short?: string;
  readonly choices?: readonly string[];
};
type ArgumentSpec = {
  readonly what: string;
  readonly many?: true;
  readonly optional?: true;
  readonly choices?: readonly string[];
};

type OptionSpecs = Readonly<Record<string, OptionSpec>>;
type ArgumentSpecs = Readonly<Record<string, ArgumentSpec>>;

type OptionValues<Specs extends OptionSpecs> = {
  readonly [Name in keyof Specs]: (Specs[Name] extends { readonly value: string } ? string : true) | undefined;
};
type ArgumentValues<Specs extends ArgumentSpecs> = {
  readonly [Name in keyof Specs]: Specs[Name] extends { readonly many: true }
    ? readonly string[]
    : Specs[Name] extends { readonly optional: true }
      ? string | undefined
      : string;
};

/** What a verb is handed: its words, parsed, and what it may use. */
export type Call<Arguments = unknown, Options = unknown> = {
  readonly arguments: Arguments;
  readonly options: Options;
  readonly config: Config;
  readonly world: World;
  readonly progress: Progress;
  /** Says something beside the answer: on stderr, as a line of its own. */
  readonly note: (line: string) => void;
  /** Opens the API as whoever is signed in; fails when nobody is. */
  readonly connect: () => Promise<Connection>;
};

/** What a verb answers: one document for programs, the same in lines for people. */
export type Answer = {
  readonly document: unknown;
  readonly lines: (style: Style) => readonly string[];
  readonly exit?: ExitName;
};

/** A verb as the program, its help and the guide's test see it: its own types forgotten. */
export type Verb = {
  /** One or two words: `quarantine`, `quarantine fix`. */
  readonly name: string;
  readonly summary: string;
  readonly arguments: ArgumentSpecs;
  readonly options: OptionSpecs;
  readonly examples: readonly string[];
  readonly run: (call: Call) => Promise<Answer>;
};

/** Defines a verb. Its options reach `run` under their own names, dashes included. */
export function verb<const Arguments extends ArgumentSpecs, const Options extends OptionSpecs>(definition: {
  readonly name: string;
  readonly summary: string;
  readonly arguments?: Arguments;
  readonly options?: Options;
  readonly examples?: readonly string[];
  readonly run: (call: Call<ArgumentValues<Arguments>, OptionValues<Options>>) => Promise<Answer>;
}): Verb {
  // Each verb is handed only what was parsed by its own specs, so forgetting its types here is safe.
  return { arguments: {}, options: {}, examples: [], ...definition } as unknown as Verb;
}
