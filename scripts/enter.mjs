// The one file that runs on the machine's own Node (20 or newer). It installs the packages when they do not match the
// lock file, then hands over to the pinned Node 24, which runs TypeScript as it is: node scripts/enter.mjs <verb> [args]
import { spawn, spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, readFileSync, realpathSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const modules = join(root, "node_modules");
const pinnedNode = join(modules, ".bin", "node");
const [verb, ...args] = process.argv.slice(2);

if (Number.parseInt(process.versions.node, 10) < 20) {
  quit(
    `Plumbline needs Node 20 or newer to begin with, and this is ${process.versions.node}. Install one from nodejs.org.`,
  );
}
const script = join(root, "scripts", `${verb}.ts`);
if (!verb || !existsSync(script)) quit(`There is no command "${verb ?? ""}". The commands are listed in package.json.`);

if (!installed()) await install();
handOver();

/** Whether every package of the lock file is in place in its version. npm notes what it installed in a hidden lock file. */
function installed() {
  const wanted = readPackages(join(root, "package-lock.json"));
  const present = readPackages(join(modules, ".package-lock.json"));
  if (!wanted) quit("package-lock.json is missing or cannot be read. Get it back with: git checkout package-lock.json");
  if (!present || !works(pinnedNode)) return false;
  return Object.entries(wanted).every(([path, { version, optional, link, integrity }]) => {
    if (!path.startsWith("node_modules/")) return true;
    const found = present[path];
    if (!found) return optional === true; // Made for another platform.
    return link === true || (found.version === version && found.integrity === integrity);
  });
}

function readPackages(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8")).packages;
  } catch {
    return undefined;
  }
}

function works(node) {
  return spawnSync(node, ["--version"], { encoding: "utf8" }).stdout?.startsWith("v24.") ?? false;
}

async function install() {
  try {
    accessSync(existsSync(modules) ? modules : root, constants.W_OK);
  } catch {
    quit(`The packages must be installed, but ${root} cannot be written by this user. Use a copy of your own.`);
  }
  console.error("Installing packages (once, half a minute or so)");
  const began = Date.now();
  const seconds = () => `${Math.round((Date.now() - began) / 1000)} s`;
  const progress = setInterval(() => console.error(`  still installing (${seconds()})`), 10_000);
  // npm itself runs on the machine's Node: the one in node_modules is about to be replaced.
  const [command, ...first] = process.env.npm_execpath?.endsWith("npm-cli.js")
    ? [process.env.npm_node_execpath ?? process.execPath, process.env.npm_execpath]
    : ["npm"];
  // The pinned Node is a development dependency, so production settings must not leave those out.
  const flags = ["ci", "--include=dev", "--include=optional", "--no-audit", "--no-fund", "--loglevel=error"];
  const { error, status, words } = await run(command, [...first, ...flags]);
  clearInterval(progress);
  if (error?.code === "ENOENT") {
    quit("npm is not on PATH. It comes with Node: install Node 20 or newer from nodejs.org.");
  }
  if (status !== 0) {
    const end = words.trim().split("\n").slice(-40).join("\n");
    quit(`${end}\n\nnpm ci failed and said the above. It needs the package registry: check network and proxy.`);
  }
  if (!works(pinnedNode)) {
    quit(
      "The packages are installed, but the pinned Node is missing: npm did not run the install scripts of its package.\n" +
        "Allow them with: npm rebuild --ignore-scripts=false",
    );
  }
  console.error(`Installed packages (${seconds()})`);
}

function run(command, commandArgs) {
  return new Promise((resolve) => {
    const child = spawn(command, commandArgs, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
    let words = "";
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (words += text));
    child.on("error", (error) => resolve({ error, status: 1, words }));
    child.on("close", (status) => resolve({ status, words }));
  });
}

function handOver() {
  const path = [join(modules, ".bin"), process.env.PATH].filter(Boolean).join(delimiter);
  const child = spawn(realpathSync(pinnedNode), [script, ...args], {
    stdio: "inherit",
    env: { ...process.env, PATH: path },
  });
  // Ctrl-C at a terminal reaches the child by itself, a signal from elsewhere only through us; being told twice is fine.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  // npm does not always pass a signal on before it dies, and when killed it cannot.
  if (process.env.npm_lifecycle_event) {
    const parent = process.ppid;
    setInterval(() => process.ppid === parent || child.kill("SIGTERM"), 500).unref();
  }
  child.on("error", (error) => quit(`The pinned Node could not be started: ${error.message}`));
  child.on("exit", (code, signal) => {
    if (signal) for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) process.removeAllListeners(name);
    if (signal) process.kill(process.pid, signal);
    else process.exit(code ?? 1);
  });
}

function quit(sentence) {
  console.error(sentence.trim());
  process.exit(1);
}
