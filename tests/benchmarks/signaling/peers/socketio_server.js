// The job on socket.io. Prints "listening PORT"; the port is the argument, 0 for a free one.

"use strict";

const { createServer } = require("node:http");
const { Server } = require("socket.io");
const { Pairing } = require("./pairing.js");

const pairing = new Pairing((socket, message) => socket.emit("m", message));
const http = createServer();
const server = new Server(http, {
  transports: ["websocket"],
  perMessageDeflate: false,
  // Four times the default: it stands still for three quarters of the time while others have their turns.
  pingInterval: 100_000,
  pingTimeout: 80_000,
});

server.on("connection", (socket) => {
  pairing.enter(socket);
  socket.on("m", (message) => pairing.take(socket, message));
  socket.on("disconnect", () => pairing.leave(socket, "left"));
});
http.listen({ port: Number(process.argv[2]), host: "127.0.0.1", backlog: 4096 }, () =>
  console.log(`listening ${http.address().port}`),
);
