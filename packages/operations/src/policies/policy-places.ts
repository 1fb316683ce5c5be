import { type Document, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, type Scalar } from "yaml";
import { type PolicyError, policyInvalid } from "@plumbline/domain/policy/policy-error";
import { Problem } from "@plumbline/domain/problem";

/** A file with one pack in YAML. */
export type PolicyFile = { readonly name: string; readonly text: string };

/** A file that was read, so that what is wrong in it can be shown there. */
export type OpenFile = PolicyFile & { readonly document: Document; readonly lines: LineCounter };

export function openFile(file: PolicyFile): OpenFile {
  const lines = new LineCounter();
  return { ...file, document: parseDocument(file.text, { lineCounter: lines }), lines };
}

/** What keeps a file from being YAML at all. */
export const syntaxErrors = ({ name, document }: OpenFile): PolicyError[] =>
  document.errors.map(({ message, linePos }) => ({
    pack: name,
    rule: "",
    field: "",
    reason: message.split("\n", 1)[0] ?? message,
    ...(linePos && { at: { file: name, line: linePos[0].line, column: linePos[0].col } }),
  }));

/** Runs what may find something wrong in packs, and says where in their files it stands. */
export function withPlaces<T>(files: readonly OpenFile[], work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Problem) || error.kind !== "policy-invalid") throw error;
    // What a `policy-invalid` carries: `policyInvalid` makes them all.
    const errors = error.extra["errors"] as readonly PolicyError[];
    throw policyInvalid(errors.map((each) => ({ ...each, ...placeOf(files, each) })));
  }
}

function placeOf(files: readonly OpenFile[], error: PolicyError): Pick<PolicyError, "at"> {
  const file = files.find(({ document, name }) => document.get("pack") === error.pack || name === error.pack);
  if (file === undefined || error.at !== undefined) return {};
  const node = nodeAt(file.document, pathOf(file.document, error));
  const begins = node?.range?.[0] ?? 0;
  const offset = isScalar(node) && error.offset !== undefined ? offsetInSource(file.text, node, error.offset) : begins;
  const { line, col } = file.lines.linePos(offset);
  return { at: { file: file.name, line, column: col } };
}

/** `["rules", 2, "cases", 0, "given"]` of a rule's field; a pack's own field stands at the top. */
function pathOf(document: Document, { rule, field }: PolicyError): (string | number)[] {
  const inside = [...field.matchAll(/[^.[\]]+/g)].map(([part]) => (/^\d+$/.test(part) ? Number(part) : part));
  const index = rule === "" ? undefined : indexOfRule(document, { rule, field });
  return index === undefined ? inside : ["rules", index, ...inside];
}

/** Of two rules of one id the second is the one too many. */
function indexOfRule(document: Document, { rule, field }: Pick<PolicyError, "rule" | "field">): number | undefined {
  const position = /^rules\[(\d+)\]$/.exec(rule)?.[1];
  if (position !== undefined) return Number(position);
  const rules = document.get("rules");
  const ids = isSeq(rules) ? rules.items.map((item) => (isMap(item) ? item.get("id") : undefined)) : [];
  const index = field === "id" ? ids.lastIndexOf(rule) : ids.indexOf(rule);
  return index === -1 ? undefined : index;
}

/** The node at a path, or the nearest that holds it: what is missing is shown where it is missing. */
function nodeAt(document: Document, path: readonly (string | number)[]) {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node)) return node;
  }
  return isNode(document.contents) ? document.contents : undefined;
}

/**
 * Where a character of a text stands in the file. White space may be folded and quotes escaped, so it is the other
 * characters that are counted.
 */
function offsetInSource(source: string, { value, range, type }: Scalar, offset: number): number {
  const begins = range?.[0] ?? 0;
  const isBlock = type === "BLOCK_FOLDED" || type === "BLOCK_LITERAL";
  const quote = type === "QUOTE_DOUBLE" ? "\\" : type === "QUOTE_SINGLE" ? "'" : undefined;
  let left = String(value).slice(0, offset).replaceAll(/\s/g, "").length;
  let at = isBlock ? source.indexOf("\n", begins) + 1 : quote === undefined ? begins : begins + 1;
  for (; at < source.length; at += 1) {
    const char = source[at] ?? "";
    if (/\s/.test(char)) continue;
    if (char === quote) at += 1;
    if (left === 0) return at;
    left -= 1;
  }
  return begins;
}
