import type { ReactNode } from "react";

type Props = { readonly title: string; readonly note?: ReactNode; readonly children?: ReactNode };

/** The bar on top of a page: what it is, and what can be done with all of it. */
export function PageHeader({ title, note, children }: Props): ReactNode {
  return (
    <header className="page-header">
      <h1>{title}</h1>
      {note}
      <div className="page-actions">{children}</div>
    </header>
  );
}
