// The socket to the server: says hello, then carries the messages of docs/protocol.md.

export class Signaling {
  // onMessage is called with every message that comes after session.welcome.
  constructor(url, features, onMessage) {
    this.url = url;
    this.features = features;
    this.onMessage = onMessage;
  }

  // Resolves with session.welcome.
  open() {
    return new Promise((resolve, reject) => {
      this.socket = new WebSocket(this.url);
      this.socket.onopen = () => this.sayHello([]);
      this.socket.onerror = () => reject(new Error("no connection to the server"));
      this.socket.onclose = (event) => reject(new Error(`closed: ${event.code} ${event.reason}`));
      this.socket.onmessage = (event) => {
        const message = JSON.parse(event.data);
        if (message.type === "session.welcome") resolve(message);
        else if (message.type === "session.challenge") solve(message).then((work) => this.sayHello(work));
        else this.onMessage(message);
      };
    });
  }

  sayHello(work) {
    this.send("session.hello", {
      versions: [1],
      features: this.features,
      client: "browser page",
      work,
    });
  }

  send(type, fields = {}) {
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
