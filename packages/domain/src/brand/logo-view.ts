export type LogoView = {
  readonly svg: string;
  /** The same picture as a `data:` address: in an image element, SVG neither runs scripts nor loads anything. */
  readonly uri: string;
  /** A wide logo spells the name already. */
  readonly spellsName: boolean;
};

/** Characters; a logo is sanitised and bounded when the brand is saved, so more than this is not a logo. */
const svgLengthMax = 200_000;
/** Wider than this, a logo is a word. */
const wordmarkRatio = 2.2;

/** Undefined for anything that does not look like one SVG picture; the brand's name then stands alone. */
export function logoView(svg: string): LogoView | undefined {
  const text = svg.toWellFormed().trim();
  const opening = /^(?:<\?xml[^>]*\?>\s*)?<svg\b[^>]*>/i.exec(text)?.[0];
  if (!opening || text.length > svgLengthMax || !text.endsWith("</svg>")) return undefined;
  // Without the namespace a browser draws nothing in an image element.
  const standalone = opening.includes("xmlns=")
    ? text
    : text.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"');
  return {
    svg: standalone,
    uri: `data:image/svg+xml,${encodeURIComponent(standalone)}`,
    spellsName: ratioOf(opening) > wordmarkRatio,
  };
}

function ratioOf(opening: string): number {
  const box = /viewBox=["']\s*[-\d.]+[\s,]+[-\d.]+[\s,]+([\d.]+)[\s,]+([\d.]+)/.exec(opening);
  const width = Number(box?.[1] ?? /\bwidth=["']([\d.]+)/.exec(opening)?.[1]);
  const height = Number(box?.[2] ?? /\bheight=["']([\d.]+)/.exec(opening)?.[1]);
  return width > 0 && height > 0 ? width / height : 1;
}
