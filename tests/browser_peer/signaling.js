// The socket to the server: says hello, then carries the messages of docs/protocol.md.

export class Signaling {
  // onMessage is called with every message that comes after session.welcome.
  constructor(url, features, onMessage) {
    this.url = url;
    this.features = features;
    this.onMessage = onMessage;
    this.onClose = () => {};
    this.token = undefined;
  }

  // Resolves with session.welcome.
  open() {
    return new Promise((resolve, reject) => {
      const socket = (this.socket = new WebSocket(this.url));
      socket.onopen = () => this.sayHello([]);
      socket.onerror = () => reject(new Error("no connection to the server"));
      socket.onclose = (event) => {
        reject(new Error(`closed: ${event.code} ${event.reason}`));
        if (socket === this.socket) this.onClose();
      };
      socket.onmessage = (event) => {
        const message = JSON.parse(event.data);
        if (message.type === "session.welcome") {
          this.token = message.resume;
          resolve(message);
        }
        if (message.type === "session.challenge") solve(message).then((work) => this.sayHello(work));
        else this.onMessage(message);
      };
    });
  }

  // Take the session up over another socket, which has this long to come up.
  async resume(within_ms) {
    const older = this.socket;
    const opened = this.open();
    const newer = this.socket;
    const late = setTimeout(() => newer.close(), within_ms);
    await opened.finally(() => clearTimeout(late));
    older.close();
  }

  sayHello(work) {
    this.send("session.hello", {
      versions: [1],
      features: this.features,
      client: "browser page",
      work,
      resume: this.token,
    });
  }

  send(type, fields = {}) {
    if (this.socket.readyState === WebSocket.OPEN)
      this.socket.send(JSON.stringify({ type, ...fields }));
  }
}

// The work that a flooded server asks for; the page has no key, so it signs nothing.
async function solve({ nonce, work = 0 }) {
  const numbers = [];
  for (let puzzle = 0; work > 0 && puzzle < 16; puzzle++) {
    for (let number = 0; ; number++) {
      const text = new TextEncoder().encode(`${nonce}:${puzzle}:${number}`);
      const digest = new DataView(await crypto.subtle.digest("SHA-256", text));
      if (digest.getUint32(0) >>> (32 - work) === 0) {
        numbers.push(number);
        break;
      }
    }
  }
  return numbers;
}
