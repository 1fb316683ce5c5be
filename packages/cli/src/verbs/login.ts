import { type Config, localApiUrl, toApiUrl } from "../config.ts";
import { connect } from "../connection/connect.ts";
import { Failure } from "../failure.ts";
import { clean } from "../printing/style.ts";
import { words } from "../printing/words.ts";
import { findSignInPlace } from "../session/find-sign-in-place.ts";
import { sessionCredentials } from "../session/session-credentials.ts";
import { keepSession, readSessions } from "../session/session-file.ts";
import { signInByDevice, signInLocally } from "../session/sign-in.ts";
import { verb } from "../verb.ts";

export const login = verb({
  name: "login",
  summary: "Sign in at a firm, through a browser",
  options: { as: { value: "EMAIL", what: "one of its people, in one step; with the local issuer of npm start only" } },
  examples: ["login --tenant meridian", "login --tenant meridian --as k.voss@meridian.example"],
  run: async ({ config, options, note, progress, world }) => {
    const { apiUrl, tenant } = await whereTo(config);
    const place = await findSignInPlace(apiUrl, tenant);
    const session =
      options.as === undefined
        ? await signInByDevice(place, {
            stop: world.onStop(),
            show: ({ url, code }) => {
              note(`Open ${clean(url)}\nand confirm the code ${clean(code)}`);
              progress.update("Waiting until you have");
            },
          })
        : await signInLocally(place, options.as);
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

/** Where the command says, else where the last sign-in was. */
async function whereTo({ apiUrl, tenant, folder }: Config): Promise<{ readonly apiUrl: URL; readonly tenant: string }> {
  const [last] = await readSessions(folder);
  const firm = tenant ?? last?.tenant;
  if (firm === undefined) throw new Failure("usage", "Say at which firm: --tenant FIRM, the slug of its address.");
  return { apiUrl: apiUrl ?? toApiUrl(last?.apiUrl ?? localApiUrl), tenant: firm };
}
