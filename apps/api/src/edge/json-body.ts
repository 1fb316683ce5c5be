import express, { type RequestHandler } from "express";
import { Problem } from "@plumbline/domain/problem";

/** More is not a request of ours: bulk operations name at most a few hundred things. */
const bodyBytesMax = 1_048_576;

const parse = express.json({ limit: bodyBytesMax, strict: false, type: "application/json" });

const otherCharset = /charset\s*=\s*(?!"?utf-8"?\s*(;|$))/i;

/** Reads a JSON body. One in another media type is refused rather than ignored; none at all counts as no members. */
export const jsonBody: RequestHandler = (request, response, next) => {
  const empty = request.headers["transfer-encoding"] === undefined && !(Number(request.headers["content-length"]) > 0);
  if (empty) {
    request.body = {};
    return next();
  }
  if (!request.is("application/json") || otherCharset.test(request.headers["content-type"] ?? "")) {
    throw new Problem("media-type-unsupported", { detail: "Send application/json in UTF-8." });
  }
  parse(request, response, next);
};
