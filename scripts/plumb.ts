import { main } from "@plumbline/cli/main";
import { ownWorld } from "@plumbline/cli/world";

// npm moves to the project's root; files are meant from where the command was typed.
if (process.env["npm_lifecycle_event"] === "plumb" && process.env["INIT_CWD"]) process.chdir(process.env["INIT_CWD"]);

// Not at once: what was written to a pipe must leave first.
process.exitCode = await main(process.argv.slice(2), ownWorld());
