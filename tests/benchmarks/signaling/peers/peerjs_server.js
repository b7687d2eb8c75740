// PeerJS's own server, which pairs nobody: who meets whom is the clients' affair.

"use strict";

const { PeerServer } = require("peer");

const options = {
  port: Number(process.argv[2]),
  host: "127.0.0.1",
  path: "/",
  concurrent_limit: 50_000,
  // Four times the default, as socket.io's.
  alive_timeout: 240_000,
};
PeerServer(options, (server) => console.log(`listening ${server.address().port}`));
