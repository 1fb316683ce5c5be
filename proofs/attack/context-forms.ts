import { createHmac, randomBytes } from "node:crypto";
import { newId } from "@plumbline/platform/new-id";
import type { Context, ContextKey } from "@plumbline/platform/tenancy";

/** A context that must not be believed, put there after it was signed, or never signed at all; none when there is no text. */
export type BadContext = { readonly name: string; readonly token: string | undefined };

const part = { tenant: 0, actor: 1, expiry: 2, key: 3, hmac: 4 } as const;

/** Every way we know in which a context can be wrong, made from a good one of ours. */
export function badContexts(good: string, { us, them, key }: { us: Context; them: Context; key: ContextKey }) {
  const parts = good.split("|");
  const body = parts.slice(0, part.hmac).join("|");
  const altered = (name: keyof typeof part, value: string) => parts.with(part[name], value).join("|");
  const signed = (fields: readonly unknown[], secret: Buffer = key.secret, hash = "sha256") => {
    const text = fields.join("|");
    return `${text}|${createHmac(hash, secret).update(text).digest("hex")}`;
  };
  const soon = seconds(60);
  const shapes: Readonly<Record<string, string | undefined>> = {
    "no context": undefined,
    "an empty context": "",
    "blanks alone": "   ",
    "bars alone": "||||",
    "a plain tenant id": us.tenantId,
    "the other's plain tenant id": them.tenantId,
    "no signature": body,
    "a part too many": `${good}|`,
    "the context twice": `${good}|${good}`,
    "a context as JSON": JSON.stringify(them),
    SQL: `'; select set_config('app.ctx', '', true); --`,
  };
  const fields: Readonly<Record<string, string>> = {
    "the other tenant": altered("tenant", them.tenantId),
    "the tenant in capitals": altered("tenant", us.tenantId.toUpperCase().replace(/^[^A-F]*$/, them.tenantId)),
    "no tenant": altered("tenant", ""),
    "another actor": altered("actor", them.actorId),
    "no actor": altered("actor", ""),
    "a later end": altered("expiry", String(seconds(7_200))),
    "an end that never comes": altered("expiry", "infinity"),
    "tenant and actor changed about": parts.with(0, us.actorId).with(1, us.tenantId).join("|"),
    "key id 0": altered("key", "0"),
    "key id -1": altered("key", "-1"),
    "the key id with a blank": altered("key", ` ${key.id}`),
    "a key id that is SQL": altered("key", "0 or true"),
    "the signature cut short": good.slice(0, -2),
    "the signature's last digit turned": good.slice(0, -1) + (good.endsWith("0") ? "1" : "0"),
    "an empty signature": altered("hmac", ""),
    "a signature that is no hex": altered("hmac", "zz"),
    "a signature of zeros": altered("hmac", "0".repeat(64)),
    "the signature of another of our contexts": altered(
      "hmac",
      signed([us.tenantId, newId(), soon, key.id]).slice(-64),
    ),
    "the other's signature": altered("hmac", signed([them.tenantId, them.actorId, soon, key.id]).slice(-64)),
  };
  const signatures: Readonly<Record<string, string>> = {
    "expired a second ago": signed([us.tenantId, us.actorId, seconds(-1), key.id]),
    "expired in 1970": signed([us.tenantId, us.actorId, 0, key.id]),
    "the other's, replayed after its end": signed([them.tenantId, them.actorId, seconds(-5), key.id]),
    "another secret": signed([them.tenantId, them.actorId, soon, key.id], randomBytes(32)),
    "an empty secret": signed([them.tenantId, them.actorId, soon, key.id], Buffer.alloc(0)),
    "a secret of zeros": signed([them.tenantId, them.actorId, soon, key.id], Buffer.alloc(32)),
    "the key id as the secret": signed([them.tenantId, them.actorId, soon, key.id], Buffer.from(String(key.id))),
    "the right secret with SHA-1": signed([them.tenantId, them.actorId, soon, key.id], key.secret, "sha1"),
    "the right secret under an unknown key": signed([them.tenantId, them.actorId, soon, key.id + 1]),
    "a signed end that is no time": signed([us.tenantId, us.actorId, "never", key.id]),
    "a signed part too few": signed([us.tenantId, us.actorId, soon]),
  };
  return Object.entries({ ...shapes, ...fields, ...signatures }).map(([name, token]): BadContext => ({ name, token }));
}

const seconds = (fromNow: number) => Math.floor(Date.now() / 1000) + fromNow;
