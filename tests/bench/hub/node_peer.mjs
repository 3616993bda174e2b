// SPDX-License-Identifier: Apache-2.0
// A server that repeats what the publisher says to everybody else, with the library that is named:
// node node_peer.mjs ws|socket.io PORT. Packages are those of the web client, or under NODE_PATH.
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { resolve } from "node:path";

const load = createRequire(resolve(import.meta.dirname, "../../../web-client/package.json"));
const [library, port] = process.argv.slice(2);

function serveWs(server) {
  const { WebSocketServer } = load("ws");
  const sockets = new WebSocketServer({ server, perMessageDeflate: false });
  sockets.on("connection", (socket) => {
    socket.on("message", (text) => {
      for (const other of sockets.clients)
        if (other !== socket) other.send(text, { binary: false });
    });
  });
}

function serveSocketIo(server) {
  const { Server } = load("socket.io");
  const io = new Server(server, {
    perMessageDeflate: false,
    transports: ["websocket"],
    pingInterval: 3_600_000,
  });
  io.on("connection", (socket) => {
    socket.on("m", (text) => socket.broadcast.emit("m", text));
  });
}

const server = createServer();
({ ws: serveWs, "socket.io": serveSocketIo })[library](server);
server.listen({ port: Number(port), host: "127.0.0.1", backlog: 4096 });
