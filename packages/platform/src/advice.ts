/**
 * An error whose message is a whole sentence for the person at the keyboard: what is wrong and what to do about it.
 * Commands print it without a stack; anything else that is thrown is a bug and keeps its stack.
 */
export const advice = (message: string, cause?: unknown): Error =>
  Object.assign(new Error(message, { cause }), { name: adviceName });

export const isAdvice = (error: unknown): error is Error => error instanceof Error && error.name === adviceName;

const adviceName = "Advice";
