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
      this.socket.onopen = () =>
        this.send("session.hello", {
          versions: [1],
          features: this.features,
          client: "browser page",
        });
      this.socket.onerror = () => reject(new Error("no connection to the server"));
      this.socket.onclose = (event) => reject(new Error(`closed: ${event.code} ${event.reason}`));
      this.socket.onmessage = (event) => {
        const message = JSON.parse(event.data);
        if (message.type === "session.welcome") resolve(message);
        else this.onMessage(message);
      };
    });
  }

  send(type, fields = {}) {
    this.socket.send(JSON.stringify({ type, ...fields }));
  }
}
