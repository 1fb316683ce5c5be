import type { Request, RequestHandler } from "express";
import { Problem } from "@plumbline/domain/problem";
import { admitKey, type AdmittedKey } from "@plumbline/operations/api-keys/admit-key";
import { isWorthNoting, noteKeyUse } from "@plumbline/operations/api-keys/note-key-use";
import { admitPerson } from "@plumbline/operations/tenants/admit-person";
import type { Log } from "@plumbline/platform/log";
import type { TenantPool } from "@plumbline/platform/tenancy";
import { locals, tenantOf } from "../caller.ts";
import { openTokenVerifier, type TokenSettings } from "./verify-token.ts";

/**
 * Finds who asks: a person by an access token for this firm's organisation, or a program by its key. Whatever is wrong
 * with what was shown, the answer is the same one, so that nobody learns which firms, people or keys there are.
 */
export function authenticate(deps: {
  readonly pool: TenantPool;
  readonly log: Pick<Log, "warn">;
  readonly tokens: TokenSettings;
}): RequestHandler {
  const { pool, log } = deps;
  const verify = openTokenVerifier(deps.tokens);
  const noteUse = ({ inScope, apiKeyId, lastUsedAt }: AdmittedKey): void => {
    if (!isWorthNoting(lastUsedAt, new Date())) return;
    // The caller does not wait for it, and is not refused when it fails.
    noteKeyUse(inScope, { apiKeyId }).catch((error: unknown) => log.warn("the use of a key was not noted", { error }));
  };
  return async (request, response, next) => {
    const tenant = tenantOf(response);
    const shown = bearerOf(request);
    if (shown.startsWith("plk_")) {
      const key = await admitKey(pool, { tenantId: tenant.id, text: shown });
      noteUse(key);
      const { inScope, partnerId, roles } = key;
      locals(response).caller = { inScope, tenant: { ...tenant, ...key.tenant }, partnerId, roles };
    } else {
      const person = await admitPerson(pool, { tenantId: tenant.id, ...(await verify(request, response)) });
      locals(response).caller = { ...person, tenant: { ...tenant, ...person.tenant } };
    }
    next();
  };
}

const tokenBytesMax = 8_192;

/** What was shown, from the one place where it may be: a header, once. Addresses and bodies end up in logs. */
function bearerOf(request: Request): string {
  const shown = request.headersDistinct["authorization"] ?? [];
  if (shown.length === 0) throw new Problem("sign-in-needed");
  const [, token] = /^Bearer ([\w.-]+)$/i.exec(shown[0] ?? "") ?? [];
  const refused = token === undefined || shown.length > 1 || token.length > tokenBytesMax;
  if (refused || "access_token" in request.query) throw new Problem("token-refused");
  return token;
}
