import { main } from "@plumbline/cli/main";
import { ownWorld } from "@plumbline/cli/world";

// Not at once: what was written to a pipe must leave first.
process.exitCode = await main(process.argv.slice(2), ownWorld());
