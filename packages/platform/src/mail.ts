import { createTransport } from "nodemailer";

/** A message in plain text. */
export type Mail = {
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  /** Stays the same however often it is sent, so that whoever got it twice can tell. */
  readonly id: string;
};

export type Mailer = {
  /** Resolves when the mail server took the message over for at least one of its readers. @throws when it did not */
  readonly send: (mail: Mail) => Promise<void>;
  readonly close: () => void;
};

const connectionsMax = 2;
const timeoutMs = 20_000;

/**
 * Hands messages to a mail server over SMTP. A server that took one over and could not say so gets it again: what has to be
 * told is told at least once, under the same Message-ID.
 *
 * @param url  `smtps://user:password@host`, or `smtp://host` with STARTTLS where the server offers it; `?requireTLS=true` insists
 */
export function openMailer(url: string, { from }: { readonly from: string }): Mailer {
  const transport = createTransport({
    url,
    pool: true,
    maxConnections: connectionsMax,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    // A message is what it says: it brings no file along, and nothing from elsewhere.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const domain = from.split("@").at(-1)?.replace(/>.*$/, "") ?? "";
  return {
    async send({ to, subject, text, id }) {
      const headers = { "Auto-Submitted": "auto-generated" };
      await transport.sendMail({ from, to: [...to], subject, text, headers, messageId: `<${id}@${domain}>` });
    },
    close: () => transport.close(),
  };
}
