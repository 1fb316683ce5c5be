/** Figures as an aligned table, one per line; groups are indented under their name. */
export function figureLines(figures: Readonly<Record<string, unknown>>, indent = ""): string[] {
  const width = Math.max(0, ...Object.keys(figures).map((name) => name.length));
  return Object.entries(figures).flatMap(([name, value]) => {
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      return [`${indent}${name}`, ...figureLines(value as Record<string, unknown>, `${indent}  `)];
    }
    return [`${indent}${name.padEnd(width)}  ${inWords(value)}`];
  });
}

function inWords(value: unknown): string {
  if (typeof value === "number")
    return Number.isInteger(value) ? grouped(value) : String(Math.round(value * 1000) / 1000);
  if (typeof value === "bigint") return grouped(value);
  if (Array.isArray(value))
    return value.map((item) => (typeof item === "object" ? JSON.stringify(item) : inWords(item))).join(", ");
  return String(value);
}

const grouped = (value: number | bigint) => value.toLocaleString("en-US").replaceAll(",", " ");
