import type { RequestHandler, Response } from "express";
import type { Redis } from "ioredis";
import { type RateLimiterAbstract, RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from "rate-limiter-flexible";
import { Problem } from "@plumbline/domain/problem";
import { callerOf } from "../caller.ts";
import { sendProblem } from "./problems.ts";

/** Requests a minute. Whoever is counted by more than one is held by the tightest. */
export type Limits = {
  readonly address: number;
  readonly actor: number;
  readonly tenant: number;
  readonly partner: number;
};

const windowSeconds = 60;

/**
 * Counts requests by address before anybody is known, then by actor (a person or an API key), tenant and partner.
 * With Redis all processes count together; without it, or while it is away, each counts for itself: the door is never
 * simply open.
 */
export function createLimits(limits: Limits, redis: Redis | undefined) {
  const limiter = (name: keyof Limits): RateLimiterAbstract => {
    const options = { keyPrefix: `limit:${name}`, points: limits[name], duration: windowSeconds };
    const local = new RateLimiterMemory(options);
    return redis === undefined
      ? local
      : new RateLimiterRedis({ ...options, storeClient: redis, insuranceLimiter: local });
  };
  const [address, actor, tenant, partner] = [
    limiter("address"),
    limiter("actor"),
    limiter("tenant"),
    limiter("partner"),
  ];

  const byAddress: RequestHandler = async (request, response, next) => {
    const held = await consume(address, request.ip ?? "unknown");
    if (held !== undefined) return refuse(response, request.path, { held, limit: limits.address });
    next();
  };

  const byCaller: RequestHandler = async (request, response, next) => {
    const caller = callerOf(response);
    const counted = await Promise.all([
      count(actor, `${caller.tenant.id}:${caller.inScope.actor.id}`, limits.actor),
      count(tenant, caller.tenant.id, limits.tenant),
      count(partner, caller.partnerId, limits.partner),
    ]);
    const tightest = counted.reduce((least, next) => (next.left < least.left ? next : least));
    response.setHeader("ratelimit-policy", `"minute";q=${tightest.limit};w=${windowSeconds}`);
    response.setHeader("ratelimit", `"minute";r=${tightest.left};t=${tightest.resetSeconds}`);
    const held = counted.find((entry) => entry.held !== undefined);
    if (held?.held !== undefined) return refuse(response, request.path, { held: held.held, limit: held.limit });
    next();
  };
  return { byAddress, byCaller };
}

async function count(limiter: RateLimiterAbstract, key: string, limit: number) {
  const result = await limiter.consume(key).catch(asResult);
  const held = result.consumedPoints > limit ? result : undefined;
  return {
    limit,
    held,
    left: Math.max(0, result.remainingPoints),
    resetSeconds: Math.ceil(result.msBeforeNext / 1000),
  };
}

const consume = async (limiter: RateLimiterAbstract, key: string): Promise<RateLimiterRes | undefined> =>
  limiter.consume(key).then(() => undefined, asResult);

/** A limiter rejects with its count when it is used up, and with an Error when it is broken. */
function asResult(rejection: unknown): RateLimiterRes {
  if (rejection instanceof RateLimiterRes) return rejection;
  throw rejection;
}

function refuse(response: Response, instance: string, { held, limit }: { held: RateLimiterRes; limit: number }): void {
  response.setHeader("retry-after", Math.max(1, Math.ceil(held.msBeforeNext / 1000)));
  const detail = `At most ${limit} requests a minute are answered here.`;
  sendProblem(response, new Problem("rate-limited", { detail }), instance);
}
