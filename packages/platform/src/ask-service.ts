import { request } from "node:http";

const answerBytesMax = 4 * 1024 * 1024;

export type ServiceAnswer = { readonly status: number; readonly body: string };

/**
 * Reads from one of our own services, at its address inside the house and under the host name that people use, because
 * the host says which firm is meant and the platform's `fetch` does not let one choose it.
 *
 * @throws Error when the service cannot be reached, takes too long or answers without end
 */
export function askService(
  address: string,
  {
    host,
    timeoutMs,
    onBehalfOf,
  }: {
    readonly host: string;
    readonly timeoutMs: number;
    /** The address of whoever made us ask: the service counts them, or one of them could use up what all have. */
    readonly onBehalfOf?: string | undefined;
  },
): Promise<ServiceAnswer> {
  return new Promise((resolve, reject) => {
    const asked = request(
      address,
      {
        headers: { host, accept: "application/json", ...(onBehalfOf && { "x-forwarded-for": onBehalfOf }) },
        signal: AbortSignal.timeout(timeoutMs),
      },
      (answer) => {
        const parts: Buffer[] = [];
        let bytes = 0;
        answer.on("data", (part: Buffer) => {
          bytes += part.length;
          parts.push(part);
          if (bytes > answerBytesMax)
            answer.destroy(new Error(`${address} answered with more than ${answerBytesMax} bytes`));
        });
        answer.once("error", reject);
        answer.once("end", () =>
          resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(parts).toString("utf8") }),
        );
      },
    );
    asked.once("error", reject);
    asked.end();
  });
}
