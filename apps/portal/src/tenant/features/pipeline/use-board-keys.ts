import { useKeys } from "../../../ui/use-keys.ts";

/** h, j, k and l go from card to card as in an editor; Enter is the card's own. */
export function useBoardKeys(): void {
  useKeys({ j: () => go(0, 1), k: () => go(0, -1), l: () => go(1, 0), h: () => go(-1, 0) });
}

function go(columns: number, rows: number): void {
  const board = [...document.querySelectorAll<HTMLElement>("[data-stage]")]
    .map((column) => [...column.querySelectorAll<HTMLElement>("[data-card]")])
    .filter((cards) => cards.length > 0);
  const focused = document.activeElement;
  const column = board.findIndex((cards) => cards.some((card) => card === focused));
  if (column === -1) return board[0]?.[0]?.focus();
  const row = board[column]?.findIndex((card) => card === focused) ?? 0;
  const cards = board[Math.min(board.length - 1, Math.max(0, column + columns))] ?? [];
  cards[Math.min(cards.length - 1, Math.max(0, row + rows))]?.focus();
}
