// SPDX-License-Identifier: Apache-2.0
// A web proxy between browser and server, as offices and filters have them: it may let no WebSocket
// through, or hold event streams back for ever. It buffers nothing else.
import http from "node:http";
import net from "node:net";

export class Gateway {
  blocksSockets = false;
  blocksStreams = false;
  paths = []; // of every request that came
  open = new Set(); // paths of streams that are being read

  static async to(port) {
    const gateway = new Gateway();
    gateway.port = port;
    gateway.listener = http.createServer((request, response) => gateway.pass(request, response));
    gateway.listener.on("upgrade", (request, socket, head) => gateway.join(request, socket, head));
    await new Promise((done) => gateway.listener.listen(0, "127.0.0.1", done));
    return gateway;
  }

  get origin() {
    return `http://127.0.0.1:${this.listener.address().port}`;
  }

  pass(request, response) {
    const { url, method, headers } = request;
    this.paths.push(url);
    const isStream = /\/events(\?|$)/.test(url);
    if (isStream && this.blocksStreams) {
      this.held = (this.held ?? 0) + 1;
      response.writeHead(502).end();
      return;
    }
    const far = http.request(
      { host: "127.0.0.1", port: this.port, path: url, method, headers, agent: false },
      (answer) => {
        response.writeHead(answer.statusCode, answer.headers);
        response.flushHeaders();
        answer.pipe(response);
        answer.on("error", () => response.destroy());
      },
    );
    if (isStream) this.open.add(far);
    far.on("close", () => this.open.delete(far));
    far.on("error", () => response.destroy());
    response.on("close", () => far.destroy());
    request.pipe(far);
  }

  join(request, near, head) {
    this.paths.push(request.url);
    if (this.blocksSockets) {
      near.end("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
      return;
    }
    const far = net.connect(this.port, "127.0.0.1");
    const lines = [`${request.method} ${request.url} HTTP/1.1`];
    for (let i = 0; i < request.rawHeaders.length; i += 2)
      lines.push(`${request.rawHeaders[i]}: ${request.rawHeaders[i + 1]}`);
    far.write(`${lines.join("\r\n")}\r\n\r\n`);
    far.write(head);
    far.pipe(near).pipe(far);
    this.sockets ??= new Set();
    this.sockets.add(near);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ]) {
      socket.on("error", () => {});
      socket.on("close", () => {
        this.sockets.delete(near);
        other.destroy();
      });
    }
  }

  close() {
    this.listener.close();
    this.listener.closeAllConnections();
    for (const socket of this.sockets ?? []) socket.destroy();
  }
}
