import type { ReactNode } from "react";
import { moneyText, quantityText } from "../formats.ts";
import { words } from "../words/words.ts";
import type { Invoice } from "./invoice-queries.ts";

/** The columns of every table of lines. */
export function LineColumns(): ReactNode {
  return (
    <thead>
      <tr>
        <th scope="col">{words.description}</th>
        <th scope="col" className="right">
          {words.quantity}
        </th>
        <th scope="col" className="right">
          {words.rate}
        </th>
        <th scope="col" className="right">
          {words.net}
        </th>
      </tr>
    </thead>
  );
}

/** One line in those columns; `children` stand below its name. */
export function LineCells({
  line,
  children,
}: {
  readonly line: Invoice["lines"][number];
  readonly children?: ReactNode;
}): ReactNode {
  return (
    <>
      <td>
        <span className="line-name">{line.description}</span>
        <span className="line-project">{line.project}</span>
        {children}
      </td>
      <td className="right num">{quantityText(line)}</td>
      <td className="right num">{moneyText(line.price)}</td>
      <td className="right num strong">{moneyText(line.net)}</td>
    </>
  );
}
