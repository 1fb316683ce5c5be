import type { TemplateIssue } from "./template-issue.ts";

/** Block helpers a template may use. There are no others: formatting is done before the data arrives. */
export const allowedBlocks = ["each", "if", "unless", "with"] as const;

const allowedData: readonly string[] = ["root", "index", "key", "first", "last"];
const depthMax = 30;
/** Nobody reads further, and a hostile template must not earn a long answer. */
const issuesMax = 20;

/** Names that reach past the data into the machinery below it. */
const forbiddenNames: readonly string[] = [
  "constructor", "prototype", "helperMissing", "blockHelperMissing", "hasOwnProperty", "isPrototypeOf",
  "propertyIsEnumerable", "toString", "toLocaleString", "valueOf", "call", "apply", "bind",
]; // prettier-ignore

type Check = {
  readonly partials: ReadonlySet<string>;
  readonly refuse: (node: hbs.AST.Node, message: string) => void;
};

/** Holds a parsed template against the rules for templates that tenants write. Empty when it may run. */
export function findTemplateIssues(program: hbs.AST.Program, partials: ReadonlySet<string>): TemplateIssue[] {
  const issues: TemplateIssue[] = [];
  const refuse = (node: hbs.AST.Node, message: string): void => {
    const { line } = node.loc.start;
    const known = issues.some((issue) => issue.line === line && issue.message === message);
    if (!known && issues.length < issuesMax) issues.push({ code: "template_rule", message, line });
  };
  checkProgram(program, { partials, refuse }, 0);
  return issues;
}

function checkProgram(program: hbs.AST.Program, check: Check, depth: number): void {
  const [first] = program.body;
  if (depth > depthMax) return first && check.refuse(first, `blocks are nested more than ${depthMax} deep`);
  for (const name of program.blockParams ?? []) if (first) checkName(first, name, check);
  for (const statement of program.body) checkStatement(statement, check, depth);
}

// The parser's node types are told apart by their `type`, which its declarations give as plain text: hence the casts.
function checkStatement(statement: hbs.AST.Statement, check: Check, depth: number): void {
  switch (statement.type) {
    case "ContentStatement":
    case "CommentStatement":
      return;
    case "MustacheStatement":
      return checkOutput(statement as hbs.AST.MustacheStatement, check);
    case "BlockStatement":
      return checkBlock(statement as hbs.AST.BlockStatement, check, depth);
    case "PartialStatement":
      return checkPartial(statement as hbs.AST.PartialStatement, check);
    case "Decorator":
    case "DecoratorBlock":
      return check.refuse(statement, "decorators ({{* }}) are not allowed");
    case "PartialBlockStatement":
      return check.refuse(statement, "partial blocks ({{#> }}) are not allowed");
    default:
      return check.refuse(statement, `${statement.type} is not allowed`);
  }
}

function checkOutput(statement: hbs.AST.MustacheStatement, check: Check): void {
  if (!statement.escaped) check.refuse(statement, "unescaped output ({{{ }}} or {{& }}) is not allowed");
  if (statement.params.length > 0 || statement.hash) {
    const name = nameOf(statement.path);
    return check.refuse(statement, `the helper "${name}" is not allowed: values arrive ready to print`);
  }
  checkValue(statement.path, check);
}

function checkBlock(block: hbs.AST.BlockStatement, check: Check, depth: number): void {
  const name = nameOf(block.path);
  if (!allowedBlocks.some((allowed) => allowed === name)) {
    return check.refuse(block, `the block "${name}" is not allowed, only ${allowedBlocks.join(", ")}`);
  }
  const [value, ...rest] = block.params;
  if (!value || rest.length > 0 || block.hash) check.refuse(block, `"${name}" takes one value`);
  if (value) checkValue(value, check);
  // An empty branch is absent, whatever the declarations say.
  const branches: (hbs.AST.Program | undefined)[] = [block.program, block.inverse];
  for (const branch of branches) if (branch) checkProgram(branch, check, depth + 1);
}

function checkPartial(partial: hbs.AST.PartialStatement, check: Check): void {
  if (partial.name.type !== "PathExpression") {
    return check.refuse(partial, "a partial must be named by its plain name, not by a value or an expression");
  }
  const name = nameOf(partial.name);
  if (!check.partials.has(name)) check.refuse(partial, `there is no partial "${name}"`);
  if (partial.hash || partial.params.length > 1) check.refuse(partial, "a partial takes at most one value");
  for (const value of partial.params) checkValue(value, check);
}

function checkValue(expression: hbs.AST.Expression, check: Check): void {
  if (expression.type !== "PathExpression") {
    return check.refuse(expression, "only names of values are allowed here, no literals and no expressions");
  }
  const path = expression as hbs.AST.PathExpression;
  const parts: readonly unknown[] = path.parts;
  if (!parts.every((part) => typeof part === "string")) {
    return check.refuse(path, "only names of values are allowed here, no expressions");
  }
  const [first = ""] = parts;
  if (path.data && !allowedData.includes(first)) check.refuse(path, `"@${first}" is not allowed`);
  for (const part of parts) checkName(path, part, check);
}

function checkName(node: hbs.AST.Node, name: string, check: Check): void {
  if (name.startsWith("__") || forbiddenNames.includes(name)) check.refuse(node, `the name "${name}" is not allowed`);
}

const nameOf = (expression: hbs.AST.Expression): string =>
  "original" in expression ? String(expression.original) : expression.type;
