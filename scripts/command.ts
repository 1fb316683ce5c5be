import { isAdvice } from "@plumbline/platform/advice";

/** Runs a command to its end: a sentence for what the person can mend, a stack for our own bugs, an exit code for both. */
export async function runCommand(main: (args: readonly string[]) => Promise<number>): Promise<never> {
  const code = await main(process.argv.slice(2)).catch((error: unknown) => {
    console.error(isAdvice(error) ? error.message : error);
    return 1;
  });
  // At once, so that a connection somebody forgot to close does not keep a finished command waiting.
  process.exit(code);
}

export const secondsSince = (began: number) => `${((performance.now() - began) / 1000).toFixed(1)} s`;

const progressEveryMs = 5_000;

/** Does one step and says how long it took; while it takes long, says that it is still going. */
export async function step<T>(name: string, work: () => Promise<T>): Promise<T> {
  const began = performance.now();
  const progress = setInterval(() => console.log(`  ${name}: still working (${secondsSince(began)})`), progressEveryMs);
  try {
    const result = await work();
    console.log(`${name} (${secondsSince(began)})`);
    return result;
  } finally {
    clearInterval(progress);
  }
}
