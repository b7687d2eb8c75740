// The job of all servers that are measured: pair two who wait, relay between them, next.

"use strict";

class Pairing {
  // send(socket, message) hands an object to one socket.
  constructor(send) {
    this.send = send;
    this.waiting = [];
    this.calls = 0;
  }

  enter(socket) {
    socket.pairing = { search: null, partner: null, call: null };
  }

  take(socket, message) {
    switch (message.type) {
      case "call.next":
        this.leave(socket, "next");
        this.search(socket, message);
        break;
      case "call.candidate":
        if (socket.pairing.partner !== null && socket.pairing.call === message.call) {
          this.send(socket.pairing.partner, message);
        }
        break;
    }
  }

  search(socket, message) {
    socket.pairing.search = message;
    this.send(socket, { type: "queue.joined", search: message.search });
    if (this.waiting.length === 0) {
      this.waiting.push(socket);
      return;
    }
    const drawn = Math.floor(Math.random() * this.waiting.length);
    const partner = this.waiting[drawn];
    this.waiting[drawn] = this.waiting[this.waiting.length - 1];
    this.waiting.pop();
    const call = `call-${(this.calls += 1)}`;
    this.match(socket, partner, call, "offerer");
    this.match(partner, socket, call, "answerer");
  }

  match(socket, partner, call, role) {
    const { search } = socket.pairing.search;
    Object.assign(socket.pairing, { partner, call });
    this.send(socket, { type: "queue.matched", search, call, role });
  }

  leave(socket, reason) {
    const { partner, call } = socket.pairing;
    if (partner !== null) {
      partner.pairing.partner = partner.pairing.call = null;
      this.send(partner, { type: "call.ended", call, reason });
    }
    const place = this.waiting.indexOf(socket);
    if (place >= 0) this.waiting.splice(place, 1);
    this.enter(socket);
  }
}

module.exports = { Pairing };
