import type { ReactNode } from "react";

type Props = { readonly texts: readonly string[]; readonly none?: string };

/** Amounts of several currencies under each other: side by side they look as if they could be added. */
export function Amounts({ texts, none = "–" }: Props): ReactNode {
  return (
    <span className="amounts num">
      {texts.length === 0 && <span>{none}</span>}
      {texts.map((text) => (
        <span key={text}>{text}</span>
      ))}
    </span>
  );
}
