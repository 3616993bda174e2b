// SPDX-License-Identifier: Apache-2.0
// A listening socket that this process holds without accepting from it, as systemd does for a
// socket unit: made by a child, since a server of Node's own would take connections, and sent here
// as a bare handle. Run as a program it is that child.
import { fork } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";

/** {fd, port, close()}, on 127.0.0.1. */
export async function heldSocket() {
  const child = fork(fileURLToPath(import.meta.url));
  const [port, handle] = await once(child, "message");
  child.kill();
  await once(child, "exit");
  return { fd: handle.fd, port, close: () => handle.close() };
}

if (process.send && process.argv[1] === fileURLToPath(import.meta.url)) {
  const server = createServer();
  server.listen(0, "127.0.0.1", () => process.send(server.address().port, server._handle));
}
