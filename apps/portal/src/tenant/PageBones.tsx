import type { ReactNode } from "react";
import { Bones } from "../ui/Bones.tsx";
import { words } from "./words/words.ts";

const rows = 6;
const rowHeight = 72;

/** A page that is on its way. */
export const PageBones = (): ReactNode => (
  <div className="page-bones">
    <Bones rows={rows} height={rowHeight} label={words.loading} />
  </div>
);
