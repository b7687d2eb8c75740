// The job on Node's ws. Prints "listening PORT"; the port is the argument, 0 for a free one.

"use strict";

const { createServer } = require("node:http");
const { WebSocketServer } = require("ws");
const { Pairing } = require("./pairing.js");

const pairing = new Pairing((socket, message) => socket.send(JSON.stringify(message)));
const http = createServer();
const server = new WebSocketServer({ server: http, perMessageDeflate: false, maxPayload: 65536 });

server.on("connection", (socket) => {
  pairing.enter(socket);
  socket.on("message", (data) => pairing.take(socket, JSON.parse(data)));
  socket.on("close", () => pairing.leave(socket, "left"));
  socket.on("error", () => socket.terminate());
});
http.listen({ port: Number(process.argv[2]), host: "127.0.0.1", backlog: 4096 }, () =>
  console.log(`listening ${http.address().port}`),
);
