import { connect } from "node:net";
import { text } from "node:stream/consumers";

/** A request as it goes over the wire: header lines in order, twice where wanted. */
export type RawRequest = {
  readonly host: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly method?: "GET" | "POST";
  readonly path?: string;
  readonly body?: string;
};

export type RawAnswer = {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
};

/** Asks without a client that would tidy up what is asked. */
export async function askRaw(
  port: number,
  { host, headers, method = "GET", path = "/v1/session", body = "" }: RawRequest,
): Promise<RawAnswer> {
  const lines = [
    `${method} ${path} HTTP/1.1`,
    `host: ${host}`,
    "connection: close",
    ...(body === "" ? [] : [`content-length: ${Buffer.byteLength(body)}`]),
    ...headers.map(([name, value]) => `${name}: ${value}`),
  ];
  const socket = connect(port, "127.0.0.1");
  socket.write(`${lines.join("\r\n")}\r\n\r\n${body}`);
  const [head = "", ...rest] = (await text(socket)).split("\r\n\r\n");
  const [statusLine = "", ...fields] = head.split("\r\n");
  return {
    status: Number(statusLine.split(" ")[1]),
    headers: new Map(
      fields.map((field) => [
        field.slice(0, field.indexOf(":")).toLowerCase(),
        field.slice(field.indexOf(":") + 1).trim(),
      ]),
    ),
    body: rest.join("\r\n\r\n"),
  };
}
