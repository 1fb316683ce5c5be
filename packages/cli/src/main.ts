import { isColourWanted, readConfig } from "./config.ts";
import { openConnection } from "./connection/open-connection.ts";
import { exitCodes } from "./exit-codes.ts";
import { Failure } from "./failure.ts";
import { failureLines } from "./printing/failure-lines.ts";
import { progressOn } from "./printing/progress.ts";
import { clean, coloured, plain } from "./printing/style.ts";
import { type Order, readOrder } from "./program.ts";
import type { Answer } from "./verb.ts";
import type { World } from "./world.ts";

/** Does what one command line asks: the answer on stdout, everything else on stderr, and how it went as the exit code. */
export async function main(line: readonly string[], world: World): Promise<number> {
  const isJson = line.includes("--json");
  try {
    const order = readOrder(line, world.out.columns);
    if ("help" in order) {
      world.out.write(order.help);
      return exitCodes.done.code;
    }
    const answer = await carryOut(order, world);
    tell(answer, order.shared.json, world);
    return exitCodes[answer.exit ?? "done"].code;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    for (const line of failureLines(error, styleOf(world, world.err))) world.err.write(`${line}\n`);
    const { exit, message, problem } = error;
    if (isJson) world.out.write(toJson({ failure: { exit, message, problem } }));
    return exitCodes[exit].code;
  }
}

async function carryOut(order: Order, world: World): Promise<Answer> {
  const { verb, shared } = order;
  const config = readConfig(world.environment, shared);
  const progress = progressOn(world);
  try {
    return await verb.run({
      arguments: order.arguments,
      options: order.options,
      config,
      world,
      progress,
      note: (line) => {
        progress.end();
        world.err.write(`${line}\n`);
      },
      connect: () => openConnection(config, shared.json ? (told) => told : clean),
    });
  } finally {
    progress.end();
  }
}

function tell({ document, lines }: Answer, isJson: boolean, world: World): void {
  if (isJson) world.out.write(toJson(document));
  else for (const line of lines(styleOf(world, world.out))) world.out.write(`${line}\n`);
}

/** JSON escapes most control characters by itself, and these are what is left of them. */
function toJson(document: unknown): string {
  const escaped = (letter: string) => `\\u00${letter.charCodeAt(0).toString(16)}`;
  return `${JSON.stringify(document, undefined, 2).replaceAll(/[\u007F-\u009F]/g, escaped)}\n`;
}

const styleOf = ({ environment }: World, { isTerminal }: World["out"]) =>
  isTerminal && isColourWanted(environment) ? coloured : plain;
