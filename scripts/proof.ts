import { runCommand, secondsSince } from "./command.ts";
import { parseProofArguments } from "./proof/arguments.ts";
import { findProofs, loadProof, nearNames } from "./proof/catalogue.ts";
import { figureLines } from "./proof/figures.ts";
import { isAdvice } from "@plumbline/platform/advice";

const usage = "npm run proof -- <group/name> [--json] [--seed N] [--data DIR] [--short] [other flags], or --list";

/** Runs one proof and answers with its figures; the exit code is 0 only when the promise held. */
async function main(args: readonly string[]): Promise<number> {
  const request = parseProofArguments(args);
  const names = await findProofs();
  if (request.list) {
    for (const name of names) console.log(`${name.padEnd(32)} ${(await loadProof(name)).promise}`);
    return 0;
  }
  if (!request.name) {
    console.error(`${usage}\n\n${names.join("\n")}`);
    return 2;
  }
  if (!names.includes(request.name)) {
    const near = nearNames(request.name, names);
    const hint = near.length > 0 ? `Did you mean ${near.join(", ")}?` : "npm run proof -- --list shows all.";
    console.error(`There is no proof "${request.name}". ${hint}`);
    return 2;
  }

  const say = (line: string) => void (request.json ? process.stderr : process.stdout).write(`${line}\n`);
  const began = performance.now();
  let ok = false;
  let figures: Readonly<Record<string, unknown>> = {};
  try {
    const proof = await loadProof(request.name);
    say(`${request.name}: ${proof.promise}`);
    ({ ok, figures } = await proof.run({ ...request.options, say }));
  } catch (error) {
    figures = { error: error instanceof Error ? error.message : String(error) };
    if (!isAdvice(error)) console.error(error);
  }
  if (request.json) {
    console.log(
      JSON.stringify({ proof: request.name, ok, figures }, (_, value: unknown) =>
        typeof value === "bigint" ? `${value}` : value,
      ),
    );
  } else {
    for (const line of figureLines(figures)) console.log(line);
    console.log(`${ok ? "ok" : "NOT OK"}  ${request.name}  (${secondsSince(began)}, seed ${request.options.seed})`);
  }
  return ok ? 0 : 1;
}

await runCommand(main);
