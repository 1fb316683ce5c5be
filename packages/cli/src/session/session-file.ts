import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "../failure.ts";
import { keepFile } from "./keep-file.ts";

/** A sign-in: who, where, and the tokens. One for each firm of each API. */
export type Session = {
  readonly apiUrl: string;
  readonly tenant: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly accessToken: string;
  readonly refreshToken?: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
};

/** The latest first: it is where commands go that are not told otherwise. */
type Sessions = readonly Session[];

const pathOf = (folder: string) => join(folder, "sessions.json");

export async function readSessions(folder: string): Promise<Sessions> {
  const text = await readFile(pathOf(folder), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "[]";
    throw new Failure("failed", `${pathOf(folder)} cannot be read (${error.code}).`, { cause: error });
  });
  try {
    return JSON.parse(text) as Sessions; // Written by keepSession alone.
  } catch (cause) {
    throw new Failure("failed", `${pathOf(folder)} is damaged. Delete it and sign in again: plumb login`, { cause });
  }
}

/** Puts a sign-in first, in place of an earlier one for the same firm. */
export async function keepSession(folder: string, session: Session): Promise<void> {
  const others = (await readSessions(folder)).filter((known) => !isSameFirm(known, session));
  await write(folder, [session, ...others]);
}

/** Replaces the tokens of a sign-in and leaves the order as it is. */
export async function renewSession(folder: string, session: Session): Promise<void> {
  const known = await readSessions(folder);
  await write(
    folder,
    known.map((other) => (isSameFirm(other, session) ? session : other)),
  );
}

export async function forgetSession(folder: string, session: Session): Promise<void> {
  const known = await readSessions(folder);
  await write(
    folder,
    known.filter((other) => !isSameFirm(other, session)),
  );
}

const isSameFirm = (left: Session, right: Session) => left.apiUrl === right.apiUrl && left.tenant === right.tenant;

const write = (folder: string, sessions: Sessions) =>
  keepFile(pathOf(folder), `${JSON.stringify(sessions, undefined, 2)}\n`);
