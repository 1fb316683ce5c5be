import { events } from "@plumbline/contract/events";
import { type NoticeId, planNotice, recordNotice } from "@plumbline/operations/clocks/plan-notice";
import { writeNotice } from "@plumbline/operations/clocks/write-notice";
import type { Mailer } from "@plumbline/platform/mail";
import { job } from "../job.ts";

export type MailTools = {
  /** Absent where no mail server is set: messages then stay where they are written. */
  readonly mailer?: Mailer | undefined;
};

/**
 * Mails what waits to all who hold the role it waits on. At least once: a worker that dies between the mail server's yes and
 * the record sends it again, under the same Message-ID.
 */
export const sendNotice = ({ mailer }: MailTools) =>
  job({
    name: "send-notice",
    lane: "mail",
    actor: "clock-keeper",
    event: events["notice.written"],
    attempts: 12,
    async run(_, { inScope, subjectId }) {
      if (mailer === undefined) return;
      const noticeId = subjectId as NoticeId; // The event's subject is a notice: its name says so.
      const notice = await inScope((scope) => planNotice(scope, { noticeId }));
      if (notice === undefined) return;
      const readers = notice.items.length === 0 ? [] : notice.recipients;
      if (readers.length > 0) {
        await mailer.send({ ...writeNotice(notice), to: readers.map(({ email }) => email), id: noticeId });
      }
      await inScope((scope) => recordNotice(scope, { noticeId, recipients: readers.map(({ id }) => id) }));
    },
  });
