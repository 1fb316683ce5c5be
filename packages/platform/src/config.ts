import { z } from "zod";
import { advice } from "./advice.ts";

/** A port to listen on. */
const notAPort = "must be a port from 1 to 65535";
export const portSetting = z.coerce.number({ error: notAPort }).int(notAPort).min(1, notAPort).max(65_535, notAPort);

/** A domain whose sub-domains are firms: lower case, no port. */
export const domainSetting = z
  .string()
  .regex(/^[a-z0-9-]+(\.[a-z0-9-]+)*$/, "must be a domain such as app.example.com, without a port");

/** Who vouches for people. Its keys are fetched from there, so nobody may stand in between. */
const notAnIssuer = "must be an https:// address; http:// is for this machine alone";
export const issuerSetting = z.url({ protocol: /^https?$/, error: notAnIssuer }).refine((url) => {
  const { protocol, hostname } = new URL(url);
  return protocol === "https:" || ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
}, notAnIssuer);

/** Address of a PostgreSQL role. */
export const postgresSetting = z.url({ protocol: /^postgres(ql)?$/, error: "must be a postgres:// address" });

/** What tenant contexts are signed with: `<key id>:<64 hexadecimal digits>`. */
export const contextKeySetting = z
  .string()
  .regex(/^\d+:[0-9a-f]{64}$/, "must be <key id>:<64 hexadecimal digits>")
  .transform((text) => {
    const [id = "", secret = ""] = text.split(":");
    return { id: Number(id), secret: Buffer.from(secret, "hex") };
  });

/** A mail server that takes messages; without one they stay where they are written. */
export const mailServerSetting = z.url({ protocol: /^smtps?$/, error: "must be a smtp:// or smtps:// address" });

/** Whom messages come from. */
export const mailSenderSetting = z
  .string()
  .regex(/^[^<>"\r\n]*<?[^\s<>@]+@[^\s<>@]+>?$/, "must be an address such as Plumbline <clocks@example.com>")
  .default("Plumbline <plumbline@localhost>");

/**
 * Reads an application's settings, once and all together.
 *
 * Empty counts as unset, because that is what `NAME= npm start` and most deployment tools mean by it.
 *
 * @throws advice that lists every setting that is missing or wrong, without repeating values, which may be secret
 */
export function readConfig<Shape extends z.ZodRawShape>(
  shape: Shape,
  environment: Readonly<Record<string, string | undefined>>,
): z.output<z.ZodObject<Shape>> {
  const given = Object.fromEntries(Object.keys(shape).map((name) => [name, environment[name] || undefined]));
  const result = z.object(shape).safeParse(given);
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => {
    const name = String(issue.path[0]);
    return given[name] === undefined ? `  ${name} is missing` : `  ${name}: ${issue.message}`;
  });
  throw advice(`The environment is not complete:\n${faults.join("\n")}`);
}
