/** Decimal hours to whole minutes, half up, without a float: ten-thousandths of an hour times 60. Nothing when it is no number. */
export function minutesOfHours(text: string): number | undefined {
  const match = /^(\d{1,6})(?:\.(\d{1,4}))?$/.exec(text);
  if (match === null) return undefined;
  const tenThousandths = Number(match[1]) * 10_000 + Number((match[2] ?? "").padEnd(4, "0"));
  return Math.floor((tenThousandths * 60 + 5_000) / 10_000);
}
