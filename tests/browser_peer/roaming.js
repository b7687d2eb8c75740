// What a page can do by itself when its network goes: take the session up again, restart ICE.
//
// A browser does not say that a WebSocket is dead, so the page opens another one as soon as the
// media connection stalls, and another until one answers; each has a while, for Chromium delays
// those that come in quick succession.

const AGAIN_MS = 1000;
const RESUME_WITHIN_MS = 6000;
const TRUSTED_MS = 5000; // a socket that was opened so short a time ago is believed to be alive

export class Roaming {
  // peer: see peer.js. Begins to watch with the connection of each call.
  constructor(peer) {
    this.peer = peer;
    this.timer = null;
    this.offer = null; // ours, as long as it is not answered
    this.welcomedAt = 0;
    this.resuming = false;
    window.addEventListener("online", () => this.begin());
    peer.signaling.onClose = () => this.begin();
  }

  watch(connection) {
    this.offer = null;
    const { pc } = connection;
    pc.addEventListener("iceconnectionstatechange", () => {
      if (["disconnected", "failed"].includes(pc.iceConnectionState)) this.begin();
      else if (["connected", "completed"].includes(pc.iceConnectionState)) this.end();
    });
  }

  begin() {
    if (this.timer || !this.peer.match) return;
    this.timer = setInterval(() => this.tryAgain(), AGAIN_MS);
    this.tryAgain();
  }

  end() {
    clearInterval(this.timer);
    this.timer = null;
    this.offer = null;
  }

  async tryAgain() {
    if (!this.peer.match) return this.end();
    if (Date.now() - this.welcomedAt < TRUSTED_MS) return this.restart();
    if (this.resuming) return;
    this.resuming = true;
    await this.peer.signaling.resume(RESUME_WITHIN_MS).catch(() => null);
    this.resuming = false;
  }

  welcomed() {
    this.welcomedAt = Date.now();
    return this.restart();
  }

  // The session is there again, or the stranger's is: the offerer restarts ICE.
  async restart() {
    const { connection, match } = this.peer;
    if (!this.timer || !connection || match.role !== "offerer") return;
    if (!this.offer) {
      await connection.pc.setLocalDescription(await connection.pc.createOffer({ iceRestart: true }));
      this.offer = connection.pc.localDescription.sdp;
    }
    this.peer.describeTo("offer", this.offer);
  }

  // A description in a call that stands: an ICE restart of the same connection.
  async takeDescription(kind, sdp) {
    const { connection } = this.peer;
    const { pc } = connection;
    if (kind === "answer") {
      if (pc.signalingState !== "have-local-offer") return;
      this.offer = null;
      await pc.setRemoteDescription({ type: "answer", sdp });
    } else {
      await pc.setRemoteDescription({ type: "offer", sdp });
      await pc.setLocalDescription(await pc.createAnswer());
      this.peer.describeTo("answer", pc.localDescription.sdp);
    }
  }
}
