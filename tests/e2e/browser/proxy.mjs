// A server in front of the server that can be as bad as one likes.
import { createServer, request } from "node:http";

export class BadServer {
  /** What becomes of requests: `pass`, `refuse` (the connection is cut), or a status. */
  mode = "pass";
  /** Milliseconds before anything happens. */
  delay = 0;
  /** Which requests are treated so; all, if not said. */
  only = () => true;
  seen = [];
  #open = new Set();

  constructor(target) {
    this.target = new URL(target);
    this.server = createServer((incoming, outgoing) => void this.#handle(incoming, outgoing));
    this.server.on("connection", (socket) => {
      this.#open.add(socket);
      socket.once("close", () => this.#open.delete(socket));
    });
  }

  async listen() {
    await new Promise((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${this.server.address().port}`;
  }

  /** Cuts every connection that is open now, streams too. */
  cut() {
    for (const socket of this.#open) {
      socket.destroy();
    }
  }

  close() {
    this.cut();
    this.server.close();
  }

  async #handle(incoming, outgoing) {
    this.seen.push(`${incoming.method} ${incoming.url}`);
    const api = incoming.url.startsWith("/api/") && this.only(incoming);
    if (api && this.delay > 0) {
      await new Promise((resolve) => setTimeout(resolve, this.delay));
    }
    if (!api || this.mode === "pass") {
      this.#forward(incoming, outgoing);
    } else if (this.mode === "refuse") {
      incoming.socket.destroy();
    } else {
      this.#answer(incoming, outgoing);
    }
  }

  /** An answer that is none of ours: a page, or problem details with an id to quote. */
  #answer(incoming, outgoing) {
    incoming.resume();
    if (this.mode === "html") {
      outgoing.writeHead(502, { "content-type": "text/html", connection: "close" });
      outgoing.end("<html><body>Bad gateway</body></html>");
      return;
    }
    outgoing.writeHead(this.mode, { "content-type": "application/problem+json", "x-request-id": "r-bad-1", connection: "close" });
    outgoing.end(
      JSON.stringify({
        type: "/problems/internal",
        title: "Internal Server Error",
        status: this.mode,
        code: "request.internal",
        detail: "Something went wrong on our side.",
        remedy: "Try again; if it stays, tell the operator the request id.",
        request_id: "r-bad-1",
      }),
    );
  }

  #forward(incoming, outgoing) {
    const forwarded = request(
      { host: this.target.hostname, port: this.target.port, method: incoming.method, path: incoming.url, headers: incoming.headers },
      (answer) => {
        outgoing.writeHead(answer.statusCode, answer.headers);
        answer.pipe(outgoing);
      },
    );
    forwarded.on("error", () => incoming.socket.destroy());
    incoming.pipe(forwarded);
    outgoing.on("close", () => {
      if (!outgoing.writableFinished) {
        forwarded.destroy();
      }
    });
  }
}
