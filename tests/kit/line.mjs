// SPDX-License-Identifier: Apache-2.0
// A line to the server that can be cut. Chromium's own "offline" leaves WebSockets alone, so a
// browser that is to lose the line connects through here.
import net from "node:net";

export class Line {
  sockets = new Set();
  isCut = false;

  /** A line to this port of this machine. */
  static async to(port) {
    const line = new Line();
    line.listener = net.createServer((near) => line.join(near, port));
    await new Promise((done) => line.listener.listen(0, "127.0.0.1", done));
    return line;
  }

  get origin() {
    return `http://127.0.0.1:${this.listener.address().port}`;
  }

  join(near, port) {
    if (this.isCut) {
      near.destroy();
      return;
    }
    const far = net.connect(port, "127.0.0.1");
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ]) {
      this.sockets.add(socket);
      socket.pipe(other);
      socket.on("error", () => {});
      socket.on("close", () => {
        this.sockets.delete(socket);
        other.destroy();
      });
    }
  }

  cut() {
    this.isCut = true;
    for (const socket of this.sockets) socket.destroy();
  }

  mend() {
    this.isCut = false;
  }

  close() {
    this.cut();
    this.listener.close();
  }
}
