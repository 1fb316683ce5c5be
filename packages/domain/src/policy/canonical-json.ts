/**
 * JSON with sorted keys and no spaces, so that equal values are equal text on every machine and have equal hashes.
 * Members that are undefined are left out, as in JSON.
 *
 * @throws TypeError for what JSON cannot say exactly: a bigint, a function, NaN
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
    return `{${members.join(",")}}`;
  }
  const plain = value === null || typeof value === "string" || typeof value === "boolean" || Number.isFinite(value);
  if (!plain) throw new TypeError(`${typeof value} has no exact JSON`);
  return JSON.stringify(value);
}
