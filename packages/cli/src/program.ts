import { Argument, Command, CommanderError, Option } from "commander";
import { environmentNames } from "./config.ts";
import { exitCodes } from "./exit-codes.ts";
import { Failure } from "./failure.ts";
import type { Verb } from "./verb.ts";
import { verbs } from "./verbs.ts";

/** A command line, understood. */
export type Order = {
  readonly verb: Verb;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly options: Readonly<Record<string, unknown>>;
  readonly shared: { readonly json: boolean; readonly tenant: string | undefined; readonly api: string | undefined };
};

/**
 * Reads a command line.
 *
 * @returns the order, or the help that was asked for
 * @throws Failure `usage`
 */
export function readOrder(line: readonly string[], columns: number | undefined): Order | { readonly help: string } {
  let order: Order | undefined;
  let told = "";
  const program = prepared(new Command("plumb"))
    .description("Plumbline from a terminal: approved work in, governed invoices out.")
    .usage("VERB [arguments] [options]")
    .addHelpText("after", () =>
      [
        "",
        `Below some of them: ${below.join(", ")}.`,
        "",
        ...list("Environment", environmentNames),
        "",
        ...list("Exit codes", exitCodeWords),
      ].join("\n"),
    );
  for (const verb of verbs) {
    const command = commandOf(program, verb);
    command.action((...given: unknown[]) => {
      const names = Object.keys(verb.arguments);
      const { json, tenant, api, ...options } = command.opts<Partial<Order["shared"]>>();
      order = {
        verb,
        arguments: Object.fromEntries(names.map((name, index) => [name, given[index]])),
        options: Object.fromEntries(Object.keys(verb.options).map((name) => [name, optionIn(options, name)])),
        shared: { json: json === true, tenant, api },
      };
    });
  }
  // Commander copies settings to subcommands when they are made; those were made by now.
  for (const command of everyCommand(program)) {
    command.exitOverride().configureOutput({
      writeOut: (text) => (told += text),
      writeErr: () => undefined,
      outputError: () => undefined,
      ...(columns !== undefined && { getOutHelpWidth: () => columns }),
    });
  }
  try {
    program.parse(line.length === 0 ? ["--help"] : line, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { help: told };
    const words = error.message.replace(/^error: /, "").replace(/\.+$/, "");
    const sentence = `${words.charAt(0).toUpperCase()}${words.slice(1)}. See: plumb --help`;
    throw new Failure("usage", sentence, { cause: error });
  }
  if (order === undefined) throw new Error("a line was parsed and no verb was found");
  return order;
}

const prepared = (command: Command): Command =>
  command
    .enablePositionalOptions()
    .helpOption("-h, --help", "show this")
    .helpCommand(false)
    .allowExcessArguments(false)
    // Every verb has options; saying so in each line of a list tells nothing.
    .configureHelp({ subcommandTerm: (verb) => [verb.name(), ...verb.registeredArguments.map(termOf)].join(" ") });

const termOf = (argument: Argument): string => {
  const shown = `${argument.name()}${argument.variadic ? "..." : ""}`;
  return argument.required ? `<${shown}>` : `[${shown}]`;
};

/** The command of a verb; a second word is a command below the first. */
function commandOf(program: Command, verb: Verb): Command {
  const words = verb.name.split(" ");
  const parent = words.length === 1 ? program : program.commands.find((command) => command.name() === words[0]);
  if (parent === undefined) throw new Error(`${verb.name} comes before its first word in the list of verbs`);
  const command = prepared(parent.command(words.at(-1) ?? ""))
    .summary(verb.summary)
    .description(verb.summary);
  for (const [name, { what, many, optional, choices }] of Object.entries(verb.arguments)) {
    const shown = `${name}${many ? "..." : ""}`;
    const argument = new Argument(optional ? `[${shown}]` : `<${shown}>`, what);
    command.addArgument(choices === undefined ? argument : argument.choices([...choices]));
  }
  for (const [name, { what, value, short, choices }] of Object.entries(verb.options)) {
    const flags = `${short === undefined ? "" : `-${short}, `}--${name}${value === undefined ? "" : ` <${value}>`}`;
    const option = new Option(flags, what);
    command.addOption(choices === undefined ? option : option.choices([...choices]));
  }
  command
    .option("--json", "print one JSON document")
    .option("--tenant <FIRM>", "slug of the firm")
    .option("--api <URL>", "address of the API");
  if (verb.examples.length > 0) {
    command.addHelpText("after", `\nExamples:\n${verb.examples.map((example) => `  plumb ${example}`).join("\n")}`);
  }
  return command;
}

/** Commander writes `due-on` as `dueOn`; verbs keep the word that is typed. */
const optionIn = (options: Readonly<Record<string, unknown>>, name: string): unknown =>
  options[name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase())];

const everyCommand = (command: Command): Command[] => [command, ...command.commands.flatMap(everyCommand)];

const exitCodeWords = Object.fromEntries(Object.values(exitCodes).map(({ code, what }) => [String(code), what]));

/** Verbs of two words, which the list of commands does not show. */
const below = verbs.map(({ name }) => name).filter((name) => name.includes(" "));

function list(title: string, entries: Readonly<Record<string, string>>): readonly string[] {
  const width = Math.max(...Object.keys(entries).map(({ length }) => length));
  return [`${title}:`, ...Object.entries(entries).map(([name, what]) => `  ${name.padEnd(width)}  ${what}`)];
}
