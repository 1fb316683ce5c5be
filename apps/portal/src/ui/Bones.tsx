import type { ReactNode } from "react";

type Props = { readonly rows: number; readonly height?: number; readonly label: string };

/** Rows in the shape of what is being loaded. They appear after a moment, so that a quick answer does not flicker. */
export function Bones({ rows, height = 40, label }: Props): ReactNode {
  return (
    <div className="bones" role="status" aria-label={label}>
      {Array.from({ length: rows }, (_, row) => (
        <span key={row} style={{ height }} />
      ))}
    </div>
  );
}
