import type { ReactNode } from "react";

type Props = { readonly title: string; readonly text?: string; readonly children?: ReactNode };

/** A place with nothing in it says why, and what to do. */
export function Blank({ title, text, children }: Props): ReactNode {
  return (
    <div className="blank">
      <h2>{title}</h2>
      {text !== undefined && <p>{text}</p>}
      {children !== undefined && <div className="blank-actions">{children}</div>}
    </div>
  );
}
