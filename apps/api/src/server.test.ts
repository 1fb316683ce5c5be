import { Writable } from "node:stream";
import express from "express";
import request from "supertest";
import { describe, expect, it } from "vitest";
import { createLog } from "@plumbline/platform/log";
import { answerFailure } from "./edge/problems.ts";
import { createServer } from "./server.ts";

function serverWith(checkDatabase: () => Promise<void>) {
  const lines: string[] = [];
  const destination = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  return { app: createServer({ log: createLog({ destination }), checkDatabase }), lines };
}

describe("/healthz", () => {
  it("is 200 while the database answers", async () => {
    const { app } = serverWith(async () => {});
    const answer = await request(app).get("/healthz");
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ status: "ok", checks: { database: "ok" } });
    expect(answer.headers["cache-control"]).toBe("no-store");
  });

  it("is 503 when it does not, and tells the reason to the log alone", async () => {
    const { app, lines } = serverWith(async () => {
      throw new Error("connect ECONNREFUSED 10.0.0.7:5432");
    });
    const answer = await request(app).get("/healthz");
    expect(answer.status).toBe(503);
    expect(answer.text).not.toContain("10.0.0.7");
    expect(lines.join("")).toContain("10.0.0.7");
  });
});

describe("the edge", () => {
  it("answers an unknown address with a problem document that names nothing", async () => {
    const { app } = serverWith(async () => {});
    const answer = await request(app).get("/v1/secrets?token=abc");
    expect(answer.status).toBe(404);
    expect(answer.headers["content-type"]).toContain("application/problem+json");
    expect(JSON.parse(answer.text)).toEqual({
      type: "about:blank",
      title: "Not Found",
      status: 404,
      instance: "/v1/secrets",
    });
  });

  it("gives away neither the framework nor a cache key, and names every request", async () => {
    const { app } = serverWith(async () => {});
    const { headers } = await request(app).get("/healthz");
    expect(headers["x-powered-by"]).toBeUndefined();
    expect(headers["etag"]).toBeUndefined();
    expect(headers["request-id"]).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("blames the caller for a malformed request and itself for a bug, without a stack", async () => {
    const lines: string[] = [];
    const log = { debug() {}, info() {}, warn() {}, error: (message: string) => void lines.push(message) };
    const app = express();
    app.get("/things/:id", () => {
      throw new Error("the password is hunter2");
    });
    app.use(answerFailure(log));

    const malformed = await request(app).get("/things/%E0%A4%A");
    expect(malformed.status).toBe(400);
    expect(lines).toEqual([]);

    const bug = await request(app).get("/things/1");
    expect(bug.status).toBe(500);
    expect(bug.text).not.toContain("hunter2");
    expect(lines).toEqual(["request failed"]);
  });
});
