import type { Request } from "express";
import { Problem } from "@plumbline/domain/problem";

/**
 * The key of a write, from the header `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header). The draft makes it a
 * quoted string; bare ones are what clients send, so both are taken for the same key.
 *
 * @throws Problem `idempotency-key-missing` | `idempotency-key-invalid`
 */
export function idempotencyKeyOf(request: Request): string {
  const given = request.headers["idempotency-key"];
  if (given === undefined || given === "") throw new Problem("idempotency-key-missing");
  const text = Array.isArray(given) ? given.join() : given;
  const key = /^"(.*)"$/.exec(text)?.[1] ?? text;
  if (!/^[\x21-\x7e][\x20-\x7e]{0,254}$/.test(key)) throw new Problem("idempotency-key-invalid");
  return key;
}
