import { SaxesParser } from "saxes";

/** One element, with the line it begins on. */
export type XmlElement = {
  readonly name: string;
  readonly line: number;
  readonly namespace: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** What stands directly within it, trimmed. */
  readonly text: string;
};

/** What is wrong with a file, and where. */
export class XmlFault extends Error {
  readonly line: number;
  readonly element: string;
  constructor(at: { readonly line: number; readonly element: string }, reason: string) {
    super(reason);
    this.line = at.line;
    this.element = at.element;
  }
}

const depthMax = 40;
const elementsMax = 300_000;
const textMax = 20_000;

type Open = { -readonly [Name in keyof XmlElement]: XmlElement[Name] } & { children: XmlElement[] };

/**
 * Reads a small XML document whole. The parser is strict, fetches nothing and knows no entities but the five of XML: a
 * document type, which could declare others, is refused.
 *
 * @throws XmlFault with line and element
 */
export function readXml(bytes: Uint8Array): XmlElement {
  const parser = new SaxesParser({ xmlns: true, position: true });
  const open: Open[] = [];
  let root: XmlElement | undefined;
  let elements = 0;
  const here = () => ({ line: parser.line, element: open.at(-1)?.name ?? "" });
  const refuse = (reason: string): never => {
    throw new XmlFault(here(), reason);
  };
  parser.on("error", (error) => refuse(error.message.replace(/^\d+:\d+: /, "")));
  parser.on("doctype", () => refuse("has a document type, which is not taken"));
  parser.on("xmldecl", ({ encoding = "UTF-8" }) => {
    if (encoding.toUpperCase() !== "UTF-8") refuse(`is written in ${encoding}; UTF-8 is taken`);
  });
  parser.on("opentag", ({ local, uri, attributes }) => {
    elements += 1;
    if (open.length >= depthMax) refuse(`lies deeper than ${depthMax} elements`);
    if (elements > elementsMax) refuse(`is more than ${elementsMax} elements`);
    const values = Object.values(attributes).map(({ local: name, value }) => [name, value] as const);
    const element = { name: local, line: parser.line, namespace: uri, attributes: Object.fromEntries(values) };
    open.push({ ...element, children: [], text: "" });
  });
  const write = (text: string) => {
    const element = open.at(-1);
    if (element === undefined) return;
    element.text += text;
    if (element.text.length > textMax) refuse(`holds more than ${textMax} characters`);
  };
  parser.on("text", write);
  parser.on("cdata", write);
  parser.on("closetag", () => {
    const element = open.pop();
    if (element === undefined) return;
    const done = { ...element, text: element.text.trim() };
    const parent = open.at(-1);
    if (parent === undefined) root = done;
    else parent.children.push(done);
  });
  parser.write(decoded(bytes)).close();
  return root ?? refuse("holds no element");
}

function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw Object.assign(new XmlFault({ line: 1, element: "" }, "is not UTF-8"), { cause });
  }
}
