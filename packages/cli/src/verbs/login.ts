import { type Config, localApiUrl, toApiUrl } from "../config.ts";
import { connect } from "../connection/connect.ts";
import { Failure } from "../failure.ts";
import { clean } from "../printing/style.ts";
import { words } from "../printing/words.ts";
import { findSignInPlace } from "../session/find-sign-in-place.ts";
import { sessionCredentials } from "../session/session-credentials.ts";
import { keepSession, readSessions, type Session } from "../session/session-file.ts";
import { loopbackPorts } from "../session/open-loopback.ts";
import { signInByBrowser, signInByDevice, signInLocally, type SignInPlace } from "../session/sign-in.ts";
import { type Call, verb } from "../verb.ts";

const browserMs = 10 * 60_000;

export const login = verb({
  name: "login",
  summary: "Sign in at a firm, through a browser",
  options: {
    device: { what: "show a code instead, to confirm in a browser elsewhere; Auth0 gives such sign-ins no firm" },
    as: { value: "EMAIL", what: "one of its people, in one step; with the local issuer of npm start only" },
  },
  examples: ["login --tenant meridian", "login --tenant meridian --as k.voss@meridian.example"],
  run: async (call) => {
    const { config, options } = call;
    if (options.as !== undefined && options.device) {
      throw new Failure("usage", "--as signs in without a browser, so there is no code for --device. Leave one out.");
    }
    const { apiUrl, tenant } = await whereTo(config);
    const place = await findSignInPlace(apiUrl, tenant);
    const session = await signIn(place, options, call);
    const { ask } = connect({ apiUrl, tenant }, sessionCredentials(config.folder, session), { clean });
    const { actor, tenant: firm } = await ask((client) => client.GET("/v1/session"));
    await keepSession(config.folder, session);
    return {
      document: { tenant: firm, actor },
      lines: (style) => [
        `You are ${style.strong(actor.name)} at ${style.strong(firm.name)}${actor.roles.length > 0 ? `: ${actor.roles.map(words).join(", ")}` : ""}`,
      ],
    };
  },
});

function signIn(
  place: SignInPlace,
  { as, device }: { readonly as: string | undefined; readonly device: true | undefined },
  { note, progress, world }: Pick<Call, "note" | "progress" | "world">,
): Promise<Session> {
  if (as !== undefined) return signInLocally(place, as);
  const stop = world.onStop();
  if (device) {
    return signInByDevice(place, {
      stop,
      show: ({ url, code }) => {
        note(`Open ${clean(url)}\nand confirm the code ${clean(code)}`);
        progress.update("Waiting until you have");
      },
    });
  }
  return signInByBrowser(place, {
    ports: loopbackPorts,
    waitMs: browserMs,
    stop,
    show: (address) => {
      note(`Open in a browser of this machine, and sign in there:\n${clean(address.href)}`);
      world.browse?.(address);
      progress.update("Waiting until you have");
    },
  });
}

/** Where the command says, else where the last sign-in was. */
async function whereTo({ apiUrl, tenant, folder }: Config): Promise<{ readonly apiUrl: URL; readonly tenant: string }> {
  const [last] = await readSessions(folder);
  const firm = tenant ?? last?.tenant;
  if (firm === undefined) throw new Failure("usage", "Say at which firm: --tenant FIRM, the slug of its address.");
  return { apiUrl: apiUrl ?? toApiUrl(last?.apiUrl ?? localApiUrl), tenant: firm };
}
