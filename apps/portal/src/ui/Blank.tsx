import type { ReactNode } from "react";

type Props = {
  readonly title: string;
  readonly text?: string;
  /** `h1` where it is all there is on the page. */
  readonly heading?: "h1" | "h2";
  readonly children?: ReactNode;
};

/** A place with nothing in it says why, and what to do. */
export function Blank({ title, text, heading: Heading = "h2", children }: Props): ReactNode {
  return (
    <div className="blank">
      <Heading>{title}</Heading>
      {text !== undefined && <p>{text}</p>}
      {children !== undefined && <div className="blank-actions">{children}</div>}
    </div>
  );
}
