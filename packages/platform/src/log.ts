import winston from "winston";

/** What a line may carry besides its message. Never document contents, secrets or prompts with personal data. */
export type LogFields = {
  readonly tenant?: string | undefined;
  readonly actor?: string | undefined;
  readonly subject?: string | undefined;
  readonly trace?: string | undefined;
  readonly [name: string]: unknown;
};

export type Log = {
  readonly debug: (message: string, fields?: LogFields) => void;
  readonly info: (message: string, fields?: LogFields) => void;
  readonly warn: (message: string, fields?: LogFields) => void;
  readonly error: (message: string, fields?: LogFields) => void;
};

type LogLevel = keyof Log;

/** A log that writes one line per event: JSON for machines, aligned text for a person at a terminal. */
export function createLog(
  options: {
    readonly level?: LogLevel;
    /** Fields every line carries, such as the application's name. */
    readonly fields?: LogFields;
    readonly destination?: NodeJS.WritableStream & { readonly isTTY?: boolean };
  } = {},
): Log {
  const destination = options.destination ?? process.stdout;
  const logger = winston.createLogger({
    level: options.level ?? "info",
    format: winston.format.printf(({ level, message, ...fields }) => {
      const safe = redact({ ...options.fields, ...fields }) as Record<string, unknown>;
      return "isTTY" in destination && destination.isTTY ? pretty(level, message, safe) : json(level, message, safe);
    }),
    transports: [new winston.transports.Stream({ stream: destination })],
  });
  const write =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}) =>
      // Wrapped, because winston gives `message`, `level` and `splat` among the fields a meaning of their own.
      void logger.log({
        level,
        message,
        ...Object.fromEntries(Object.entries(fields).filter(([name]) => !owned.has(name))),
      });
  return { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") };
}

const owned = new Set(["level", "message", "time"]);

const json = (level: string, message: unknown, fields: Record<string, unknown>) =>
  JSON.stringify({ level, time: new Date().toISOString(), message, ...fields });

function pretty(level: string, message: unknown, fields: Record<string, unknown>): string {
  const rest = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`);
  return [new Date().toISOString().slice(11, 19), level.padEnd(5), String(message), ...rest].join(" ");
}

const secretName = /password|passphrase|secret|token|authorization|cookie|api[-_]?key|private[-_]?key|credential/i;
/** Schemes are short; one of any length would be looked for from every letter of a long text to its end. */
const passwordInAddress = /(\b[a-z][a-z0-9+.-]{0,30}:\/\/[^\s:/@]*:)[^\s@/]+@/gi;
const depthMax = 6;

/**
 * Replaces what must not be written: values under names that announce a secret, and passwords inside addresses.
 * Also makes values printable, so that a bigint, a cycle or an Error never makes the log itself fail.
 */
function redact(value: unknown, depth = 0): unknown {
  if (typeof value === "string") return value.replaceAll(passwordInAddress, "$1[redacted]@");
  if (typeof value === "bigint") return value.toString();
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  if (depth >= depthMax) return "[too deep]";
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  const entries = value instanceof Error ? errorEntries(value) : Object.entries(value);
  return Object.fromEntries(
    entries.map(([name, item]) => [
      name,
      secretName.test(name) && item !== undefined ? "[redacted]" : redact(item, depth + 1),
    ]),
  );
}

/** An Error's own words are not enumerable, so JSON would show `{}`. */
const errorEntries = (error: Error): [string, unknown][] => [
  ["name", error.name],
  ["message", error.message],
  ["stack", error.stack],
  ...(error.cause === undefined ? [] : [["cause", error.cause] as [string, unknown]]),
  ...Object.entries(error),
];
