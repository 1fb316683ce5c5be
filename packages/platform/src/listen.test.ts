import { expect, it } from "vitest";
import { listen } from "./listen.ts";

it("says what to do when the port is taken", async () => {
  const first = await listen((_request, response) => response.end(), { host: "127.0.0.1", port: 0 });
  const second = listen((_request, response) => response.end(), { host: "127.0.0.1", port: first.port });
  await expect(second).rejects.toThrow(`Port ${first.port} is in use`);
  await expect(second).rejects.toThrow(`PORT=${first.port + 1} npm start`);
  await first.close();
});
