import type { ParseResult } from "@marcbachmann/cel-js";

/** One operation of a parsed CEL expression. */
export type CelNode = ParseResult["ast"];

/** Whatever lies directly under a node: operands, arguments, list elements, map entries. */
export function childrenOf(node: CelNode): CelNode[] {
  const nodes: CelNode[] = [];
  const collect = (value: unknown): void => {
    if (Array.isArray(value)) for (const each of value) collect(each);
    else if (isNode(value)) nodes.push(value);
  };
  collect(node.args);
  return nodes;
}

/** The function a node calls, as in `size(x)` or `x.size()`. */
export function calledFunction(node: CelNode): string | undefined {
  return node.op === "call" || node.op === "rcall" ? node.args[0] : undefined;
}

/** `group.name` where the node reads a fact, such as `engagement.missing`. */
export function factRead(node: CelNode): string | undefined {
  if (node.op !== "." || !Array.isArray(node.args)) return undefined;
  const [from, name] = node.args as readonly unknown[];
  return isNode(from) && from.op === "id" ? `${from.args}.${String(name)}` : undefined;
}

const isNode = (value: unknown): value is CelNode =>
  typeof value === "object" && value !== null && "op" in value && "args" in value;
