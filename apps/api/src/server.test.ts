import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { beforeAll, describe, expect, it } from "vitest";
import { problemWire } from "@plumbline/contract/problem";
import { Problem, problemKinds } from "@plumbline/domain/problem";
import { query } from "@plumbline/platform/sql";
import { newFirm, type Firm } from "@plumbline/testing/firm";
import { download, read, upload, write } from "./route.ts";
import { useApi } from "./test-kit.ts";

/** Small routes that do what routes do, so that the edge is tested apart from any operation. */
const thing = z.strictObject({ id: z.string(), version: z.int() });
const slowMs = 300;
const routes = [
  read({
    path: "/v1/things/:thingId",
    summary: "Find a thing",
    needs: "work.read",
    params: z.strictObject({ thingId: z.uuid() }),
    query: z.strictObject({ limit: z.coerce.number().int().max(10).optional() }),
    answers: thing,
    etag: ({ version }) => version,
    problems: [],
    handle: async ({ params }) => ({ id: params.thingId, version: 3 }),
  }),
  write({
    path: "/v1/things",
    summary: "Make a thing",
    needs: "import.run",
    body: z.strictObject({
      name: z.string().min(1),
      delayMs: z.int().optional(),
      fail: z.enum(["refuse", "break"]).optional(),
    }),
    answers: { status: 201, body: thing },
    location: ({ id }) => `/v1/things/${id}`,
    problems: ["reason-missing"],
    handle: async ({ scope, body }) => {
      const id = scope.newId();
      await scope.audit([{ action: `thing.${body.name}`, subjectId: id }]);
      if (body.delayMs !== undefined) await sleep(body.delayMs);
      if (body.fail === "refuse") throw new Problem("reason-missing");
      if (body.fail === "break") throw new Error("the password is hunter2");
      return { id, version: 1 };
    },
  }),
  write({
    path: "/v1/secrets",
    summary: "Make a secret",
    needs: "import.run",
    answers: { status: 201, body: z.strictObject({ secret: z.string() }) },
    answerIsSecret: true,
    problems: [],
    handle: async ({ scope }) => ({ secret: scope.newId() }),
  }),
  upload({
    path: "/v1/files",
    summary: "Keep a file",
    needs: "import.run",
    upload: { mediaType: "text/csv", bytesMax: 1_000 },
    answers: { status: 202, body: z.strictObject({ hash: z.string() }) },
    problems: [],
    handle: async (_call, { hash }) => ({ hash }),
  }),
  download({
    path: "/v1/file",
    summary: "Get the file",
    needs: "work.read",
    mediaTypes: ["text/csv"],
    problems: [],
    handle: async () => ({ mediaType: "text/csv", fileName: "Käufe 1.csv", hash: "ab", bytes: Buffer.from("a,b") }),
  }),
  read({
    path: "/v1/writes-in-a-read",
    summary: "Break the rule that reads do not write",
    needs: "work.read",
    answers: thing,
    problems: [],
    handle: async ({ scope }) => {
      await scope.audit([{ action: "thing.sneaked", subjectId: scope.newId() }]);
      return { id: "x", version: 1 };
    },
  }),
];

const api = useApi({ routes, limits: { actor: 200 } });
let firm: Firm;
beforeAll(async () => {
  firm = await newFirm(api.database.current.pool);
});

const id = "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d00";
const made = async (action: string): Promise<number> => {
  const inScope = await firm.as("auditor");
  const rows = await inScope((scope) => query(scope.tx, "select 1 from audit_entries where action = ?", [action]));
  return rows.length;
};

const placesOf = (text: string): string[] =>
  problemWire.parse(JSON.parse(text)).errors?.map(({ in: where, field }) => `${where}.${field}`) ?? [];

describe("the edge", () => {
  it("answers an unknown firm as if nothing were here, whoever asks", async () => {
    const answer = await api.as({ slug: "nobody-here" }, "coordinator").get(`/v1/things/${id}`);
    expect(answer.status).toBe(404);
    expect(JSON.parse(answer.text)).toMatchObject({ type: "/problems/address-unknown", instance: `/v1/things/${id}` });
  });

  it("asks for a sign-in before it says anything else", async () => {
    const answer = await api.anybody(firm).get(`/v1/things/${id}?surprise=1`);
    expect(answer.status).toBe(401);
    expect(answer.headers["content-type"]).toContain("application/problem+json");
  });

  it("names the permission that is missing", async () => {
    const answer = await api.as(firm, "auditor").post("/v1/things", { name: "a" });
    expect(answer.status).toBe(403);
    expect(JSON.parse(answer.text).detail).toContain("import.run");
  });

  it("names every fault of a request at once, unknown members among them", async () => {
    const coordinator = api.as(firm, "coordinator");
    const body = await coordinator.post("/v1/things", { name: "", tenantId: "x", constructor: 1 });
    expect(body.status).toBe(422);
    expect(JSON.parse(body.text).errors).toEqual([
      { in: "body", field: "name", reason: expect.any(String) },
      { in: "body", field: "tenantId", reason: "is not known here" },
      { in: "body", field: "constructor", reason: "is not known here" },
    ]);
    const both = await coordinator.get("/v1/things/7?limit=11&sort=id");
    expect(placesOf(both.text)).toEqual(["params.thingId", "query.limit", "query.sort"]);
  });

  it("refuses text that no database keeps, wherever it stands", async () => {
    const answer = await api.as(firm, "coordinator").post("/v1/things", { name: "a\0b" }).expect(422);
    expect(answer.body).toMatchObject({ errors: [{ in: "body", field: "name", reason: "holds a null character" }] });
    const half = await api.as(firm, "coordinator").post("/v1/things", { name: "a\ud800b" }).expect(422);
    expect(half.body).toMatchObject({
      errors: [{ in: "body", field: "name", reason: expect.stringContaining("half of a character") }],
    });
    await api.as(firm, "coordinator").get(`/v1/things/${randomUUID()}?limit=%00`).expect(422);
  });

  it("refuses what is nested beyond all sense as it refuses what it does not know", async () => {
    const nest = `${`{"name":`.repeat(20_000)}1${"}".repeat(20_000)}`;
    const post = api.as(firm, "coordinator").raw("post", "/v1/things").set("content-type", "application/json");
    expect((await post.send(nest)).status).toBe(422);
  });

  it("refuses __proto__ like any other unknown member", async () => {
    const test = api.as(firm, "coordinator").raw("post", "/v1/things").set("idempotency-key", "proto");
    const answer = await test.type("application/json").send('{"name":"proto","__proto__":{"admin":true}}');
    expect(answer.status).toBe(422);
    expect(await made("thing.proto")).toBe(0);
  });

  it("tells broken JSON, another media type and too much apart", async () => {
    const post = () => api.as(firm, "coordinator").raw("post", "/v1/things").set("idempotency-key", "k-1");
    expect((await post().type("application/json").send('{"name":')).status).toBe(400);
    expect((await post().type("text/plain").send("name=a")).status).toBe(415);
    expect(
      (
        await post()
          .type("application/json")
          .send(`{"name":"${"x".repeat(1_100_000)}"}`)
      ).status,
    ).toBe(413);
  });

  it("says which methods an address takes", async () => {
    const answer = await api.as(firm, "coordinator").raw("delete", "/v1/things");
    expect(answer.status).toBe(405);
    expect(answer.headers["allow"]).toBe("POST");
  });

  it("shows nothing of a bug but the request's id", async () => {
    const answer = await api.as(firm, "coordinator").post("/v1/things", { name: "bug", fail: "break" });
    expect(answer.status).toBe(500);
    expect(answer.text).not.toContain("hunter2");
    expect(JSON.parse(answer.text).requestId).toBe(answer.headers["request-id"]);
    expect(await made("thing.bug")).toBe(0);
  });

  it("lets no read write", async () => {
    const answer = await api.as(firm, "coordinator").get("/v1/writes-in-a-read");
    expect(answer.status).toBe(500);
    expect(await made("thing.sneaked")).toBe(0);
  });

  it("gives away neither the framework nor a cacheable answer", async () => {
    const { headers } = await api.as(firm, "coordinator").post("/v1/things", { name: "headers" });
    expect(headers["x-powered-by"]).toBeUndefined();
    expect(headers["cache-control"]).toBe("no-store");
    expect(headers["content-security-policy"]).toContain("default-src 'none'");
    expect(headers["ratelimit"]).toMatch(/"minute";r=\d+;t=\d+/);
  });

  it("gives every problem a page", async () => {
    for (const kind of Object.keys(problemKinds)) {
      const answer = await api.anybody(firm).get(`/problems/${kind}`);
      expect(answer.status, kind).toBe(200);
      expect(answer.headers["content-type"]).toContain("text/html");
    }
    expect((await api.anybody(firm).get("/problems/toString")).status).toBe(404);
  });
});

describe("a version", () => {
  it("saves sending what the caller has", async () => {
    const coordinator = api.as(firm, "coordinator");
    const first = await coordinator.get(`/v1/things/${id}`);
    expect(first.headers["etag"]).toBe('"3"');
    const second = await coordinator.get(`/v1/things/${id}`).set("if-none-match", '"3"');
    expect([second.status, second.text]).toEqual([304, ""]);
  });
});

describe("a file", () => {
  it("is kept by its hash, bounded, and of the right kind", async () => {
    const send = (body: string, type = "text/csv") =>
      api.as(firm, "coordinator").raw("post", "/v1/files").set("idempotency-key", randomUUID()).type(type).send(body);
    const kept = await send("a,b\n1,2\n");
    expect(kept.status).toBe(202);
    expect(Buffer.from(await api.storage.get(`${firm.slug}/uploads/${kept.body.hash}`)).toString()).toBe("a,b\n1,2\n");
    expect((await send("x".repeat(2_000))).status).toBe(413);
    expect((await send("{}", "application/json")).status).toBe(415);
  });

  it("is handed out with its name", async () => {
    const { headers, text } = await api.as(firm, "coordinator").get("/v1/file");
    expect(text).toBe("a,b");
    expect(headers["content-disposition"]).toBe("attachment; filename*=UTF-8''K%C3%A4ufe%201.csv");
  });
});

describe("a write", () => {
  it("needs a key, and one it can use", async () => {
    const post = () => api.as(firm, "coordinator").raw("post", "/v1/things");
    expect(JSON.parse((await post().send({ name: "a" })).text).type).toBe("/problems/idempotency-key-missing");
    expect((await post().set("idempotency-key", "ä").send({ name: "a" })).status).toBe(400);
  });

  it("is done once, and answers every retry with the same bytes", async () => {
    const coordinator = api.as(firm, "coordinator");
    const first = await coordinator.post("/v1/things", { name: "once" }, "key-once");
    const again = await coordinator.post("/v1/things", { name: "once" }, "key-once");
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.text).toBe(first.text);
    expect(again.headers["location"]).toBe(first.headers["location"]);
    expect([first.headers["idempotent-replayed"], again.headers["idempotent-replayed"]]).toEqual([undefined, "true"]);
    expect(await made("thing.once")).toBe(1);
  });

  it("refuses its key for anything else", async () => {
    const coordinator = api.as(firm, "coordinator");
    await coordinator.post("/v1/things", { name: "first" }, "key-reused");
    const other = await coordinator.post("/v1/things", { name: "second" }, "key-reused");
    expect([other.status, JSON.parse(other.text).type]).toEqual([422, "/problems/idempotency-key-reused"]);
    const elsewhere = await coordinator.post("/v1/secrets", undefined, "key-reused");
    expect(elsewhere.status).toBe(422);
  });

  it("keeps the keys of two people apart", async () => {
    await api.as(firm, "coordinator").post("/v1/things", { name: "theirs" }, "key-shared");
    const other = await api.as(firm, "admin").post("/v1/things", { name: "mine" }, "key-shared");
    expect(other.status).toBe(201);
  });

  it("is told that the first request is still on its way", async () => {
    const coordinator = api.as(firm, "coordinator");
    const slow = coordinator.post("/v1/things", { name: "slow", delayMs: slowMs }, "key-slow").then((answer) => answer);
    await sleep(slowMs / 3);
    const early = await coordinator.post("/v1/things", { name: "slow", delayMs: slowMs }, "key-slow");
    expect([early.status, early.headers["retry-after"]]).toEqual([409, "1"]);
    const first = await slow;
    const late = await coordinator.post("/v1/things", { name: "slow", delayMs: slowMs }, "key-slow");
    expect(late.text).toBe(first.text);
    expect(await made("thing.slow")).toBe(1);
  });

  it("happens once when a hundred ask at once", async () => {
    const coordinator = api.as(firm, "coordinator");
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => coordinator.post("/v1/things", { name: "rush" }, "key-rush")),
    );
    const bodies = new Set(answers.filter(({ status }) => status === 201).map(({ text }) => text));
    expect(bodies.size).toBe(1);
    expect(answers.filter(({ status }) => status !== 201 && status !== 409)).toEqual([]);
    expect(await made("thing.rush")).toBe(1);
  });

  it("remembers nothing of what was refused, so that the retry is judged afresh", async () => {
    const coordinator = api.as(firm, "coordinator");
    const refused = await coordinator.post("/v1/things", { name: "refused", fail: "refuse" }, "key-refused");
    expect(refused.status).toBe(422);
    const retried = await coordinator.post("/v1/things", { name: "refused" }, "key-refused");
    expect(retried.status).toBe(201);
    expect(await made("thing.refused")).toBe(1);
  });

  it("never keeps a secret, and says so to a retry", async () => {
    const coordinator = api.as(firm, "coordinator");
    const first = await coordinator.post("/v1/secrets", undefined, "key-secret");
    const again = await coordinator.post("/v1/secrets", undefined, "key-secret");
    expect([again.status, JSON.parse(again.text).type]).toEqual([409, "/problems/secret-shown-once"]);
    const { rows } = await api.database.current.admin.query("select * from idempotency_keys where key = 'key-secret'");
    expect(JSON.stringify(rows)).not.toContain(first.body.secret);
  });
});

it("holds whoever asks too much, and says for how long", async () => {
  const manager = api.as(firm, "otherManager");
  const answers = await Promise.all(Array.from({ length: 210 }, () => manager.get(`/v1/things/${id}`)));
  const held = answers.filter(({ status }) => status === 429);
  expect(held).toHaveLength(10);
  expect(Number(held[0]?.headers["retry-after"])).toBeGreaterThan(0);
});
