import type { Adapter, AdapterPayload } from "oidc-provider";

type Kept = { readonly payload: AdapterPayload; readonly expiresAt: number };

/** Sign-ins under way and refresh tokens, for as long as the issuer runs. What expired goes when something new comes. */
export function openVolatileStore(): (name: string) => Adapter {
  const kept = new Map<string, Kept>();
  const alive = (key: string): AdapterPayload | undefined => {
    const found = kept.get(key);
    return found !== undefined && found.expiresAt > Date.now() ? found.payload : undefined;
  };
  const findWhere = (name: string, matches: (payload: AdapterPayload) => boolean): AdapterPayload | undefined => {
    for (const key of kept.keys()) {
      const payload = key.startsWith(`${name}:`) ? alive(key) : undefined;
      if (payload !== undefined && matches(payload)) return payload;
    }
    return undefined;
  };
  const sweep = (): void => {
    for (const [key, { expiresAt }] of kept) if (expiresAt <= Date.now()) kept.delete(key);
  };
  return (name) => ({
    upsert: async (id, payload, expiresIn) => {
      sweep();
      const expiresAt = expiresIn === undefined ? Number.POSITIVE_INFINITY : Date.now() + expiresIn * 1000;
      kept.set(`${name}:${id}`, { payload, expiresAt });
    },
    find: async (id) => alive(`${name}:${id}`),
    findByUid: async (uid) => findWhere(name, (payload) => payload.uid === uid),
    findByUserCode: async (userCode) => findWhere(name, (payload) => payload.userCode === userCode),
    consume: async (id) => {
      const payload = alive(`${name}:${id}`);
      if (payload !== undefined) payload.consumed = Math.floor(Date.now() / 1000);
    },
    destroy: async (id) => void kept.delete(`${name}:${id}`),
    revokeByGrantId: async (grantId) => {
      for (const [key, { payload }] of kept) if (payload.grantId === grantId) kept.delete(key);
    },
  });
}
