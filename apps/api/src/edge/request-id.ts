import { randomUUID } from "node:crypto";
import type { RequestHandler } from "express";
import { locals } from "../caller.ts";

/** Names every request, so that an answer can be found again in the log. Ours, never the caller's. */
export const requestId: RequestHandler = (_request, response, next) => {
  const id = randomUUID();
  locals(response).requestId = id;
  response.setHeader("request-id", id);
  next();
};
