/** Colours that mean something, or nothing where nobody wants them. */
export type Style = Readonly<Record<keyof typeof codes, (text: string) => string>>;

const codes = {
  strong: [1, 22],
  quiet: [2, 22],
  good: [32, 39],
  warn: [33, 39],
  bad: [31, 39],
} as const;

const escape = "\u001B";

export const coloured: Style = styleOf((text, [on, off]) => `${escape}[${on}m${text}${escape}[${off}m`);
export const plain: Style = styleOf((text) => text);

function styleOf(paint: (text: string, code: readonly [number, number]) => string): Style {
  const entries = Object.entries(codes).map(([name, code]) => [name, (text: string) => paint(text, code)]);
  return Object.fromEntries(entries) as Style; // Built from the same keys.
}

// oxlint-disable-next-line no-control-regex -- it is the control characters that are looked for
const controls = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u2028\u2029\u202A-\u202E\u2066-\u2069]/g;

/**
 * What others wrote must not steer the terminal: control characters, and those that turn the direction of text, are
 * shown as a mark. Line breaks and tabs become spaces.
 */
export function clean<T>(told: T): T {
  if (typeof told === "string") return told.replaceAll(/\r?\n|\t/g, " ").replaceAll(controls, "\uFFFD") as T & string;
  if (Array.isArray(told)) return told.map((item: unknown) => clean(item)) as T & unknown[];
  if (typeof told !== "object" || told === null || Object.getPrototypeOf(told) !== Object.prototype) return told;
  return Object.fromEntries(Object.entries(told).map(([name, value]) => [name, clean<unknown>(value)])) as T;
}
