import { Redis } from "ioredis";

/** The version of the Redis at an address; fails at once when there is none. */
export async function redisVersion(url: string): Promise<string> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: 3_000,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
  });
  let reason: Error | undefined;
  redis.on("error", (error) => {
    reason = error; // The promise alone says only that the connection is closed.
  });
  try {
    await redis.connect();
    return /redis_version:(\S+)/.exec(await redis.info("server"))?.[1] ?? "0";
  } catch (error) {
    throw reason ?? error;
  } finally {
    redis.disconnect();
  }
}
