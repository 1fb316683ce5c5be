import type { RequestHandler } from "express";
import { Problem } from "@plumbline/domain/problem";
import { brandOf } from "./brand.ts";

const safeMethods = new Set(["GET", "HEAD"]);

/**
 * Lets a write by cookie through only when it comes from this very origin: a page of another firm is the same site to a
 * browser, so `SameSite` alone does not tell them apart. Who brings a token of their own is not acting by cookie.
 */
export const sameOrigin: RequestHandler = (request, response, next) => {
  if (safeMethods.has(request.method) || request.headers.authorization !== undefined) return next();
  const { origin } = request.headers;
  const own =
    origin === undefined ? request.headers["sec-fetch-site"] === "same-origin" : origin === brandOf(response).origin;
  if (!own) throw new Problem("origin-refused");
  next();
};
