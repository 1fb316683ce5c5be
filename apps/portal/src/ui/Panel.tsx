import { type ReactNode, useId } from "react";

type Props = {
  readonly title: string;
  readonly note?: ReactNode;
  readonly flush?: boolean;
  readonly children: ReactNode;
};

/** A card with a heading. `flush` lets a table reach its edges. */
export function Panel({ title, note, flush = false, children }: Props): ReactNode {
  const id = useId();
  return (
    <section className="panel" aria-labelledby={id} data-flush={flush || undefined}>
      <header>
        <h2 id={id}>{title}</h2>
        {note !== undefined && <span className="panel-note">{note}</span>}
      </header>
      {children}
    </section>
  );
}
