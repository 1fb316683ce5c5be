import type { Schemas } from "@plumbline/client/client";
import type { ExitName } from "./exit-codes.ts";

/** Why a command ends without having done what it was asked: a sentence for the person, the API's own document if it has one. */
export class Failure extends Error {
  readonly exit: ExitName;
  readonly problem: Schemas["Problem"] | undefined;
  /** The page that says what to do. */
  readonly remedy: string | undefined;

  constructor(
    exit: ExitName,
    message: string,
    options: { readonly problem?: Schemas["Problem"]; readonly remedy?: string; readonly cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = "Failure";
    this.exit = exit;
    this.problem = options.problem;
    this.remedy = options.remedy;
  }
}
