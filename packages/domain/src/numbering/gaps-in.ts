/** A run of numbers nobody used, both ends included. */
export type NumberGap = { readonly from: number; readonly to: number };

/**
 * The numbers missing between 1 and the highest one, as runs in rising order. Order and repeats of the input do not
 * matter.
 */
export function gapsIn(numbers: readonly number[]): NumberGap[] {
  const gaps: NumberGap[] = [];
  let expected = 1;
  for (const number of numbers.toSorted((left, right) => left - right)) {
    if (number > expected) gaps.push({ from: expected, to: number - 1 });
    expected = Math.max(expected, number + 1);
  }
  return gaps;
}
